// Runs inside VS Code's extension host, which calls run(). What the host prints goes nowhere, so results go to a file.
const { writeFileSync } = require("node:fs");
const path = require("node:path");
const Mocha = require("mocha");

exports.run = async () => {
  const mocha = new Mocha({ ui: "bdd", timeout: 120_000, reporter: "min" });
  for (const name of ["files", "notebooks", "workspace", "settings", "assistant", "server"])
    mocha.addFile(path.join(__dirname, `${name}.test.cjs`));
  const results = [];
  const failures = await new Promise((resolve) => {
    mocha
      .run(resolve)
      .on("pass", (test) => results.push({ title: test.fullTitle(), note: test.note }))
      .on("fail", (test, error) => results.push({ title: test.fullTitle(), error: error.stack ?? String(error) }));
  });
  writeFileSync(process.env.PIPESIGHT_TEST_RESULTS, JSON.stringify(results));
  if (failures) throw new Error(`${failures} failed`);
};
