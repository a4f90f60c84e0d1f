;;; check.el --- Prints what Eglot shows a person as one JSON object  -*- lexical-binding: t -*-

(let ((default-directory "/usr/share/emacs/site-lisp/elpa/"))
  (normal-top-level-add-subdirs-to-load-path))
(require 'eglot)
(require 'json)
(require 'python)

(setq eglot-sync-connect 15
      eglot-autoshutdown t
      eglot-events-buffer-size 0
      make-backup-files nil)

(add-to-list 'eglot-server-programs
             (cons 'python-mode (json-parse-string (getenv "PIPESIGHT_SERVER") :array-type 'list)))
(setq-default eglot-workspace-configuration '((:pipesight . (:history ["history"]))))

(defun check-until (ask)
  "The first answer of ASK that is not nil, within fifteen seconds."
  (let ((end (+ (float-time) 15)) answer)
    (while (and (not (setq answer (funcall ask))) (< (float-time) end))
      (accept-process-output nil 0.1))
    answer))

(defun check-completions (text)
  "What `completion-at-point' offers after TEXT is typed at the end of the buffer."
  (goto-char (point-max))
  (insert text)
  (eglot--signal-textDocument/didChange)
  (let ((capf (eglot-completion-at-point)))
    (prog1 (all-completions (buffer-substring (nth 0 capf) (point)) (nth 2 capf))
      (delete-region (line-beginning-position) (line-end-position))
      (eglot--signal-textDocument/didChange))))

(defun check-hover (text)
  "What the hover over TEXT says."
  (goto-char (point-min))
  (search-forward text)
  (backward-char 2)
  (let ((hover (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover
                                (eglot--TextDocumentPositionParams))))
    (and hover (substring-no-properties (eglot--hover-info (plist-get hover :contents))))))

(find-file "inspect_run.py")
(apply #'eglot (eglot--guess-contact))
(defun check-indexed ()
  "The pipeline's hover, once the history is indexed."
  (let ((hover (check-hover "\"training_pipeline\"")))
    (and hover (string-match-p "4 runs" hover) hover)))

(let ((hover (check-until #'check-indexed))
      (server (eglot-current-server)))
  (princ (json-encode
          `((pipeline . ,hover)
            (output . ,(check-until (lambda () (check-hover "outputs[\"test\""))))
            (nothing . ,(check-hover "Look into"))
            (completions . ,(vconcat (check-completions "\nscore = newest.get_step(\"")))
            (read . ,(plist-get (jsonrpc-request server :workspace/executeCommand
                                                 (list :command "pipesight.readOutput"
                                                       :arguments (vector (list :pipeline "training_pipeline"
                                                                                :run "first_training"
                                                                                :step "train"
                                                                                :output "accuracy"))))
                                :title)))))
  (set-buffer-modified-p nil)
  (let ((process (jsonrpc--process server)))
    (eglot-shutdown server)
    (check-until (lambda () (not (process-live-p process))))))

;;; check.el ends here
