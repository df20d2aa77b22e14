// pg-boss: creates its tables, adds mails, or works.
import PgBoss from 'pg-boss';
import pg from 'pg';
import { concurrency, deliver, endIfLeaseIsLost, mails, main } from './mail.js';

const boss = new PgBoss({}); // the connection is that of the environment: PGHOST, PGUSER, ...
boss.on('error', (error) => {
  endIfLeaseIsLost(error);
  console.error(error.message);
});

// As docs/presets.md says: the old node is proven dead, so its claims are free again.
async function putBack() {
  const client = new pg.Client();
  await client.connect();
  await client.query(`update pgboss.job set state = 'retry', start_after = now()
    where name = 'email' and state = 'active'`);
  await client.end();
}

await main({
  async install() {
    await boss.start();
    await boss.createQueue('email');
    await boss.stop();
  },
  async enqueue(label, count) {
    await boss.start();
    const options = { retryLimit: 1000, retryDelay: 1 };
    await Promise.all(mails(label, Number(count)).map((mail) => boss.send('email', mail, options)));
    await boss.stop();
  },
  async work(...words) {
    if (!words.includes('--leave-claims')) await putBack();
    await boss.start();
    const options = { pollingIntervalSeconds: 0.5 };
    for (let i = 0; i < concurrency; ++i)
      await boss.work('email', options, ([job]) => deliver(job.data));
    process.once('SIGTERM', () => boss.stop({ graceful: true, timeout: 8000 }));
  },
});
