#include "cli/command_options.hpp"

#include "cli/number_checks.hpp"

namespace jobflip::cli {
namespace {

void with_all(CLI::App& app, Options& o) {
  app.add_flag("--all", o.all, "all pools");
}

void with_dry_run(CLI::App& app, Options& o) {
  app.add_flag("--dry-run", o.dry_run, "say what would happen, change nothing");
}

void with_anchors(CLI::App& app, Options& o) {
  app.add_option("--anchors", o.anchors,
                 "heads kept elsewhere: lines of chain, seq and hash (-: stdin)")
      ->type_name("FILE");
}

void with_source(CLI::App& app, Options& o) {
  app.add_option("queue", o.queue, "the queue, as QUEUE or POOL/QUEUE")->type_name("QUEUE");
  app.add_option("--file", o.path,
                 "a pool file that need not be applied; else the store's settings")
      ->type_name("FILE");
  app.add_option("--supervisor-config", o.supervisor_path,
                 "where the queue's database is (/etc/jobflip/supervisor.toml)")
      ->type_name("FILE");
  app.add_option("--database", o.database, "the same as a connection string")
      ->type_name("CONNINFO")
      ->excludes("--supervisor-config");
}

}  // namespace

void with_reason(CLI::App& app, Options& o) {
  app.add_option("--reason", o.reason, "why, in one sentence; kept in the audit log")
      ->type_name("TEXT");
}

void with_pool(CLI::App& app, Options& o) {
  app.add_option("pool", o.pool, "the pool")->type_name("POOL");
}

void with_flip(CLI::App& app, Options& o) {
  app.add_option("flip", o.flip, "the flip's number")->type_name("FLIP")->check(a_flips_number);
}

void no_options(CLI::App&, Options&) {}
void with_own_database(CLI::App& app, Options& o) {
  app.add_flag("--own-database", o.own_database,
               "nothing else is in this database: take PUBLIC's rights on it away");
}
void init_options(CLI::App& app, Options& o) {
  with_own_database(app, o);
  app.add_flag("--yes", o.yes, "do not ask");
}

void migrate_options(CLI::App& app, Options& o) {
  with_dry_run(app, o);
  app.add_flag("--show-sql", o.show_sql, "print the statements, too");
  app.add_flag("--accept-copy", o.accept_copy, "this copy of a store is the store from now on")
      ->excludes("--dry-run", "--show-sql");
  with_own_database(app, o);
  app.add_flag("--yes", o.yes, "do not ask");
}

void apply_options(CLI::App& app, Options& o) {
  app.add_option("file", o.path, "a pool file (-: standard input)")->type_name("FILE");
  app.add_flag("--dry-run", o.dry_run, "say what would happen, try each queue, change nothing");
  app.add_option("--supervisor-config", o.supervisor_path,
                 "where the queues' databases are (/etc/jobflip/supervisor.toml)")
      ->type_name("FILE")
      ->needs("--dry-run");
  with_reason(app, o);
  app.add_flag("--yes", o.yes, "do not ask before several pools are removed");
}

void config_options(CLI::App& app, Options& o) {
  app.add_option("--config", o.path, "its file")->type_name("FILE");
  app.add_flag("--check", o.check,
               "only look whether the file is valid, and whether this host has what it names");
}

void adopt_options(CLI::App& app, Options& o) {
  app.add_option("unit", o.unit, "the worker's unit")->type_name("UNIT");
  app.add_option("--pool", o.pool, "the pool that it works for")->type_name("POOL");
  app.add_option("--config", o.path, "the agent's file (/etc/jobflip/agent.toml)")
      ->type_name("FILE");
  app.add_option("--watchdog", o.watchdog,
                 "when a hung guard is killed (3s): at most graceful_stop + guard_margin")
      ->type_name("DURATION");
  app.add_flag("--yes", o.yes, "write it");
  app.add_flag("--undo", o.undo, "take it away again");
  app.add_flag("--polkit", o.polkit, "only the rule that lets the agent start and stop its units");
}

void demo_options(CLI::App& app, Options& o) {
  app.add_option("--keep", o.output,
                 "leave mails, logs and an audit export there; go on until Ctrl-C")
      ->type_name("DIR");
  app.add_option("--mails", o.mails, "how many e-mails, 50 to 10000 (300)")
      ->type_name("N")
      ->check(CLI::Range(50, 10'000));
}

void status_options(CLI::App& app, Options& o) {
  with_pool(app, o);
  app.add_flag("--watch", o.watch, "again and again, until Ctrl-C");
  app.add_option("--interval", o.interval, "between two looks (2s)")->type_name("DURATION");
  app.add_flag(
         "--check", o.check,
         "for scripts: print only what is wrong; exit with 1 if something is critical, with 6 "
         "for a warning")
      ->excludes("--watch");
}

void check_options(CLI::App& app, Options& o) {
  with_pool(app, o);
  app.add_option("-w,--warning", o.warning_age, "WARNING if the oldest waiting job is this old")
      ->type_name("AGE");
  app.add_option("-c,--critical", o.critical_age, "CRITICAL if the oldest waiting job is this old")
      ->type_name("AGE");
  app.add_option("--ignore", o.ignored, "a condition not to report, such as paused")
      ->type_name("KIND")
      ->delimiter(',');
}

void flip_options(CLI::App& app, Options& o) {
  with_pool(app, o);
  app.add_option("--from", o.from, "refuse unless this node holds the pool")->type_name("NODE");
  app.add_option("--to", o.to, "the node that shall take over (the best candidate)")
      ->type_name("NODE");
  with_reason(app, o);
  with_dry_run(app, o);
  app.add_flag("--yes", o.yes, "do not ask");
  app.add_flag("--no-wait", o.no_wait, "only ask for the flip; do not follow it");
  app.add_option("--timeout", o.timeout, "how long to follow it (the sum of the pool's timeouts)")
      ->type_name("DURATION");
  app.add_flag("--host-is-off", o.host_is_off,
               "you state that the host of --from is powered off; it is recorded with your name");
}

void abort_options(CLI::App& app, Options& o) {
  with_flip(app, o);
  with_reason(app, o);
}

void ack_options(CLI::App& app, Options& o) {
  with_pool(app, o);
  app.add_option("--comment,--reason", o.reason, "what was found; kept in the audit log")
      ->type_name("TEXT");
}

void pause_options(CLI::App& app, Options& o) {
  with_pool(app, o);
  with_all(app, o);
  app.add_option("--for", o.length, "it ends by itself then: 30m, 2h, 1d")->type_name("DURATION");
  with_reason(app, o);
}

void resume_options(CLI::App& app, Options& o) {
  with_pool(app, o);
  with_all(app, o);
  with_reason(app, o);
}

void drain_options(CLI::App& app, Options& o) {
  app.add_option("node", o.node, "the node")->type_name("NODE");
  with_reason(app, o);
}

void show_options(CLI::App& app, Options& o) {
  app.add_option("flip", o.flip, "the flip's number; last: the newest")
      ->type_name("FLIP")
      ->transform(number_or_last(a_flips_number));
  app.add_flag("--black-box", o.black_box,
               "all that the old host saw of the workers before it stopped them");
}

void postmortem_options(CLI::App& app, Options& o) {
  app.add_option("id", o.incident, "the incident's number; last: the newest")
      ->type_name("ID")
      ->transform(number_or_last(an_incidents_number));
  app.add_option("--flip", o.flip, "of the incident that this flip is part of")
      ->type_name("FLIP")
      ->transform(number_or_last(a_flips_number));
  app.add_option("--format", o.format, "markdown, html or json (as FILE ends, else markdown)")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"markdown", "html", "json"}));
  app.add_option("--output", o.output, "write it there (standard output)")->type_name("FILE");
  app.add_option("--time-zone", o.time_zone, "a clock beside UTC, such as Europe/Zurich")
      ->type_name("ZONE");
}

void probe_options(CLI::App& app, Options& o) {
  with_source(app, o);
  app.add_flag("--watch", o.watch, "go on reading, and say each verdict");
  app.add_flag("--sql", o.show_sql, "print the statement, and read nothing");
  app.add_flag("--explain", o.show_plan, "run the statement, and print its plan and cost")
      ->excludes("--watch", "--sql");
}

void learn_options(CLI::App& app, Options& o) {
  with_source(app, o);
  app.add_flag("--readings", o.readings, "from the store's readings, whatever the job table has");
  app.add_option("--since", o.since, "how far back, of the store's readings (14d)")
      ->type_name("DURATION");
  with_dry_run(app, o);
  with_reason(app, o);
}

void backtest_options(CLI::App& app, Options& o) {
  app.add_option("queue", o.queue, "a queue whose readings the store has kept")->type_name("QUEUE");
  app.add_option("--since", o.since, "how far back, of the store's readings (14d)")
      ->type_name("DURATION");
  app.add_option("--csv", o.csv, "the readings: time_s and the columns of the probe row (-: stdin)")
      ->type_name("FILE");
  app.add_option("--settings", o.settings, "the queue's settings, a key=value a line")
      ->type_name("FILE");
  app.add_option("--set", o.set, "a setting, over --settings; several values: each is tried")
      ->type_name("KEY=VALUE[,VALUE...]")
      ->delimiter('\0')
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--hold-down", o.length, "a flip is wanted after so long (the pool's, else 30s)")
      ->type_name("DURATION");
  app.add_flag("--brief", o.brief, "leave out OK, IDLE, BUSY, PAUSED and WARMUP");
  app.add_option("--plot", o.plot, "write the readings and verdicts as SVG")->type_name("FILE");
}

void doctor_options(CLI::App& app, Options& o) {
  app.add_option("--config", o.path, "the agent's file (/etc/jobflip/agent.toml)")
      ->type_name("FILE");
  app.add_option("--supervisor-config", o.supervisor_path, "the supervisor's file")
      ->type_name("FILE");
  with_anchors(app, o);
}

void audit_verify_options(CLI::App& app, Options& o) {
  app.add_option("--file", o.path,
                 "verify an export instead of the store; --anchors are compared with it then")
      ->type_name("FILE");
  with_anchors(app, o);
}

void audit_prune_options(CLI::App& app, Options& o) {
  app.add_option("--before", o.before, "a month that has begun, as in 2025-01 (UTC)")
      ->type_name("MONTH");
  app.add_option("--export", o.output, "a new file for the events, which then are nowhere else")
      ->type_name("FILE");
  app.add_option("--keep-months", o.keep_months,
                 "instead of --before: the last N whole months stay, and this one")
      ->type_name("N")
      ->check(CLI::Range(1, 1200));
  app.add_option("--folder", o.folder,
                 "instead of --export: a folder for the file audit-before-MONTH.json")
      ->type_name("DIR");
  with_dry_run(app, o);
  with_reason(app, o);
  app.add_flag("--yes", o.yes, "do not ask");
}

void help_options(CLI::App& app, Options& o) {
  app.add_option("topic", o.rest, "a command, or exit-codes")->type_name("TOPIC");
}

void completion_options(CLI::App& app, Options& o) {
  app.add_option("shell", o.rest, "bash or zsh")->type_name("SHELL");
}

void complete_options(CLI::App& app, Options& o) {
  app.add_option("what", o.rest, "pools, nodes, flips or open-flips")->type_name("WHAT");
}

}  // namespace jobflip::cli
