// pg-boss: creates its tables, adds mails, or works.
import PgBoss from 'pg-boss';
import pg from 'pg';
import { concurrency, deliver, endIfLeaseIsLost, mails, main } from './mail.js';

// pg-boss 10 ignores every error of its own fetch, so a lost lease is looked for below it.
const pool = new pg.Pool(); // the connection is that of the environment: PGHOST, PGUSER, ...
pool.on('error', (error) => console.error(error.message));
const boss = new PgBoss({
  db: {
    async executeSql(text, values) {
      try {
        return await pool.query(text, values);
      } catch (error) {
        endIfLeaseIsLost(error);
        throw error;
      }
    },
  },
});
boss.on('error', (error) => console.error(error.message));

async function stop(options) {
  await boss.stop(options);
  await pool.end(); // waits for the statements in flight
}

// As docs/presets.md says: the old node is proven dead, so its claims are free again.
const putBack = () =>
  pool.query(`update pgboss.job set state = 'retry', start_after = now()
    where name = 'email' and state = 'active'`);

await main({
  async install() {
    await boss.start();
    await boss.createQueue('email');
    await stop();
  },
  async enqueue(label, count) {
    await boss.start();
    const options = { retryLimit: 1000, retryDelay: 1 };
    await Promise.all(mails(label, Number(count)).map((mail) => boss.send('email', mail, options)));
    await stop();
  },
  async work(...words) {
    if (!words.includes('--leave-claims')) await putBack();
    await boss.start();
    const options = { pollingIntervalSeconds: 0.5 };
    for (let i = 0; i < concurrency; ++i)
      await boss.work('email', options, ([job]) => deliver(job.data));
    process.once('SIGTERM', () => stop({ graceful: true, timeout: 8000 }));
  },
});
