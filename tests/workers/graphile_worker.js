// Graphile Worker: creates its tables, adds mails, or works.
import { makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { concurrency, deliver, endIfLeaseIsLost, mails, main } from './mail.js';

async function withUtils(use) {
  const utils = await makeWorkerUtils({});
  await use(utils);
  await utils.release();
}

// As docs/presets.md says: the old node is proven dead, so its claims are free again.
async function putBack() {
  const client = new pg.Client();
  await client.connect();
  await client.query(`select graphile_worker.force_unlock_workers(array(
    select distinct locked_by from graphile_worker.jobs where locked_by is not null))`);
  await client.end();
}

await main({
  install: () => withUtils((utils) => utils.migrate()),
  enqueue: (label, count) =>
    withUtils((utils) =>
      Promise.all(mails(label, Number(count)).map((mail) => utils.addJob('email', mail))),
    ),
  async work(...words) {
    if (!words.includes('--leave-claims')) await putBack();
    // Without a delay of its own, 0.17 does not wait for completions when it stops: those jobs stay
    // locked, and their mails go out again.
    const preset = { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } };
    const runner = await run({ concurrency, preset, taskList: { email: deliver } });
    for (const event of ['worker:getJob:error', 'worker:fatalError', 'pool:fatalError'])
      runner.events.on(event, ({ error }) => endIfLeaseIsLost(error));
    await runner.promise; // SIGTERM is the library's own business
  },
});
