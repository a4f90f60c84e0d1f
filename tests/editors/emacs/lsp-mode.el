;;; lsp-mode.el --- Prints what lsp-mode shows a person as one JSON object  -*- lexical-binding: t -*-

(let ((default-directory "/usr/share/emacs/site-lisp/elpa/"))
  (normal-top-level-add-subdirs-to-load-path))
(require 'lsp-mode)
(require 'json)
(require 'python)

(setq lsp-session-file (expand-file-name "lsp-session" (getenv "XDG_CACHE_HOME"))
      lsp-auto-guess-root t
      lsp-enable-file-watchers nil
      lsp-enable-snippet nil
      lsp-restart 'ignore
      lsp-warn-no-matched-clients nil
      make-backup-files nil)

(lsp-register-client
 (make-lsp-client :new-connection (lsp-stdio-connection
                                   (json-parse-string (getenv "PIPESIGHT_SERVER") :array-type 'list))
                  :major-modes '(python-mode python-ts-mode) :add-on? t :server-id 'pipesight))

(defun check-until (ask)
  "The first answer of ASK that is not nil, within fifteen seconds."
  (let ((end (+ (float-time) 15)) answer)
    (while (and (not (setq answer (funcall ask))) (< (float-time) end))
      (accept-process-output nil 0.1))
    answer))

(defun check-hover (text)
  "What the hover over TEXT says."
  (goto-char (point-min))
  (search-forward text)
  (backward-char 2)
  (let ((hover (lsp-request "textDocument/hover" (lsp--text-document-position-params))))
    (and hover (lsp:markup-content-value (lsp:hover-contents hover)))))

(defun check-items (answer)
  "The items of ANSWER, which is a list of them or an object with that list."
  (append (if (lsp-completion-list? answer) (lsp:completion-list-items answer) answer) nil))

(lsp-workspace-folders-add default-directory)
(find-file "inspect_run.py")
(lsp)
(check-until (lambda () (and (lsp-workspaces)
                             (eq 'initialized (lsp--workspace-status (car (lsp-workspaces)))))))
(princ (json-encode
        `((pipeline . ,(check-until (lambda () (let ((hover (check-hover "\"training_pipeline\"")))
                                                 (and hover (string-match-p "4 runs" hover) hover)))))
          (output . ,(check-until (lambda () (check-hover "outputs[\"test\""))))
          (nothing . ,(check-hover "Look into"))
          (completions . ,(progn
                            (goto-char (point-max))
                            (insert "\nscore = newest.get_step(\"")
                            (vconcat (mapcar #'lsp:completion-item-label
                                             (check-items (lsp-request "textDocument/completion"
                                                                              (lsp--text-document-position-params))))))))))
(set-buffer-modified-p nil)
(lsp-workspace-shutdown (car (lsp-workspaces)))

;;; lsp-mode.el ends here
