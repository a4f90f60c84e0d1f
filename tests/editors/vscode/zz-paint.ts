import { sampleProject, vsix, python } from "../shared/project.ts";
import { startCodeServer } from "./codeServer.ts";
import { Workbench } from "./workbench.ts";
import path from "node:path";
const project = sampleProject();
const server = await startCodeServer({ vsix: vsix(), machine: { "pipesight.interpreter": python }, home: path.dirname(project.folder) });
try {
for (let i = 0; i < 3; i++) {
  const vscode = new Workbench();
  await vscode.open(server, project.folder);
  await vscode.openFile("report.py");
  await vscode.lenses.filter({ hasText: "accuracy: 0.9" }).waitFor();
  await vscode.page.waitForTimeout(1500);
  const start = Date.now();
  await vscode.lenses.filter({ hasText: "accuracy: 0.9" }).first().click();
  const times: Record<string, number> = {};
  const see = async (name: string, marker: string) => { await vscode.webview(marker); times[name] = Date.now() - start; };
  await Promise.all([vscode.tab("accuracy").waitFor().then(() => { times.tab = Date.now() - start; }).catch(() => undefined), see("words", "#app .loading, .scalar"), see("value", ".scalar")]);
  console.log(times);
  await vscode.close();
}
} finally { await server.stop(); project.remove(); }
