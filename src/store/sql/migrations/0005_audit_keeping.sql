-- older programs go on
-- What was exported and removed from the audit log (seal_audit). The audit log itself has an event
-- for each seal; this table lets the triggers tell such a removal from any other.
set local role jobflip_owner;

create table jobflip_data.audit_seal (
  chain text not null,
  up_to bigint not null,            -- the last event that was removed
  hash bytea not null,              -- its hash: the chain goes on from it
  events bigint not null check (events > 0),
  sha256 text not null,             -- of the export that has them
  sealed_in xid8 not null default pg_current_xact_id(),
  primary key (chain, up_to)
);

revoke all on jobflip_data.audit_seal from public;
reset role;
