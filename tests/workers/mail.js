// What the workers of all systems share: how a mail is sent, what a lost lease means, and the
// faults that a scenario switches on.
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import nodemailer from 'nodemailer';

export const concurrency = Number(process.env.CONCURRENCY);
const node = process.env.JOBFLIP_NODE;

// A file in this folder is a fault: hang-NODE, jobs of that node never settle.
const isOn = (fault) => existsSync(`${process.env.SWITCHES}/${fault}`);

const transport = nodemailer.createTransport({
  host: '127.0.0.1',
  port: Number(process.env.SMTP_PORT),
  ignoreTLS: true,
  connectionTimeout: 3000,
  greetingTimeout: 3000,
  socketTimeout: 5000,
});

export async function deliver({ label, number }) {
  await delay(Number(process.env.RENDER_MS)); // the time that writing the mail takes
  if (isOn(`hang-${node}`)) await new Promise(() => {});
  await transport.sendMail({
    from: 'shop@jobflip.test',
    to: `customer${number}@jobflip.test`,
    subject: `Invoice ${number}`,
    messageId: `<${label}.${number}@jobflip.test>`, // the same if the job runs again
    headers: { 'X-Sent-By': node },
    text: 'Your invoice is ready.',
  });
}

export const mails = (label, count) =>
  Array.from({ length: count }, (_, i) => ({ label, number: i + 1 }));

// The lease does not come back, so the process ends.
export function endIfLeaseIsLost(error) {
  for (let e = error; e; e = e.cause) {
    if (e.code !== 'JF001') continue;
    console.error(`JF001: ${e.message}`);
    process.exit(3);
  }
}

process.on('unhandledRejection', (error) => {
  endIfLeaseIsLost(error);
  console.error(error);
  process.exit(1);
});

// One command of a system's file: install | enqueue LABEL COUNT | work
export async function main(commands) {
  const [name, ...words] = process.argv.slice(2);
  await commands[name](...words);
}
