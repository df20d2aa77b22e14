-- older programs go on
-- Deployments: marks that people or CI set on a pool, and the incidents that are matched with them.
set local role jobflip_owner;

create sequence jobflip_data.deployment_id;

-- A row changes only under the lock of its pool's row. There is no foreign key: deployments outlive
-- their pool.
create table jobflip_data.deployment (
  id bigint primary key,
  pool text not null,
  version text not null check (octet_length(version) between 1 and 200),
  state text not null check (state in ('running', 'done', 'rolled_back', 'expired')),
  started_at timestamptz not null,
  started_by text not null,
  started_login text not null,
  ended_at timestamptz,
  ended_by text not null default '',
  ended_login text not null default '',
  flip bigint,                               -- the planned flip
  flip_back bigint,                          -- the flip of its rollback
  reason text not null default '' check (octet_length(reason) <= 8192),
  constraint ended_or_running check ((state = 'running') = (ended_at is null))
);
create unique index deployment_one_running on jobflip_data.deployment (pool)
  where state = 'running';
create index deployment_by_pool on jobflip_data.deployment (pool, started_at);
create index deployment_by_time on jobflip_data.deployment (started_at);

-- Deployments that ran, or had just begun or ended, when the incident was opened.
create table jobflip_data.incident_deployment (
  incident bigint not null,
  deployment bigint not null,
  primary key (incident, deployment)
);
create index incident_deployment_of on jobflip_data.incident_deployment (deployment);

revoke all on sequence jobflip_data.deployment_id from public;
revoke all on jobflip_data.deployment, jobflip_data.incident_deployment from public;
reset role;
