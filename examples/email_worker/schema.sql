-- The application's own table: e-mails that wait to be sent, and what became of them.
--
-- attempts, attempted_at and attempt_epoch are committed BEFORE a mail is sent. SMTP has no
-- transaction: after a kill between sending and marking, this row is all that is left.
create schema if not exists app;

create table if not exists app.email (
  id            bigint generated always as identity primary key,
  recipient     text        not null
                            check (recipient !~ '[[:cntrl:]<> ]' and length(recipient) <= 254),
  subject       text        not null
                            check (subject !~ '[[:cntrl:]]' and length(subject) <= 900),
  body          text        not null check (length(body) <= 1048576),
  created_at    timestamptz not null default now(),
  due_at        timestamptz not null default now(),
  attempts      integer     not null default 0,
  attempted_at  timestamptz,
  attempt_epoch bigint,        -- the lease of the last attempt whose end is not known; else null
  sent_at       timestamptz,
  failed_at     timestamptz,   -- given up
  last_error    text
);

create index if not exists email_due on app.email (due_at, id)
  where sent_at is null and failed_at is null;
