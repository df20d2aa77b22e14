#include "cli/commands.hpp"

#include <algorithm>
#include <array>

#include "cli/verbs.hpp"

namespace jobflip::cli {
namespace {

void with_pool(CLI::App& app, Options& o) {
  app.add_option("pool", o.pool, "the pool")->type_name("POOL");
}
void with_reason(CLI::App& app, Options& o) {
  app.add_option("--reason", o.reason, "why, in one sentence; kept in the audit log")
      ->type_name("TEXT");
}
void with_all(CLI::App& app, Options& o) {
  app.add_flag("--all", o.all, "all pools");
}
void with_dry_run(CLI::App& app, Options& o) {
  app.add_flag("--dry-run", o.dry_run, "say what would happen, change nothing");
}
void with_limit(CLI::App& app, Options& o) {
  app.add_option("--limit", o.limit, "how many, the newest first (20)")
      ->type_name("N")
      ->check(CLI::Range(1, 10'000));
}
std::string a_flips_number(const std::string& text) {
  const bool digits = !text.empty() && text.size() <= 18 &&
                      text.find_first_not_of("0123456789") == std::string::npos;
  return digits && text.find_first_not_of('0') != std::string::npos
             ? ""
             : "\"" + text + "\" is no number of a flip";
}

void with_flip(CLI::App& app, Options& o) {
  app.add_option("flip", o.flip, "the flip's number")->type_name("FLIP")->check(a_flips_number);
}

void no_options(CLI::App&, Options&) {}
void init_options(CLI::App& app, Options& o) {
  app.add_flag("--yes", o.yes, "do not ask");
}
void migrate_options(CLI::App& app, Options& o) {
  with_dry_run(app, o);
  app.add_flag("--show-sql", o.show_sql, "print the statements, too");
  app.add_flag("--accept-copy", o.accept_copy, "this copy of a store is the store from now on")
      ->excludes("--dry-run", "--show-sql");
  app.add_flag("--yes", o.yes, "do not ask");
}
void apply_options(CLI::App& app, Options& o) {
  app.add_option("file", o.path, "a pool file")->type_name("FILE");
  with_dry_run(app, o);
  with_reason(app, o);
}
void config_options(CLI::App& app, Options& o) {
  app.add_option("--config", o.path, "its file")->type_name("FILE");
  app.add_flag("--check", o.check, "only look whether the file holds; run nothing");
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
void history_options(CLI::App& app, Options& o) {
  with_pool(app, o);
  with_limit(app, o);
}
void audit_list_options(CLI::App& app, Options& o) {
  app.add_option("--pool", o.pool, "only the chain of this pool; \"jobflip\" for what is no pool's")
      ->type_name("POOL");
  with_limit(app, o);
}
void audit_export_options(CLI::App& app, Options& o) {
  app.add_option("--output", o.output, "write it there (standard output)")->type_name("FILE");
}
void with_anchors(CLI::App& app, Options& o) {
  app.add_option("--anchors", o.anchors, "heads kept elsewhere: lines of chain, seq and hash")
      ->type_name("FILE");
}
void doctor_options(CLI::App& app, Options& o) {
  app.add_option("--config", o.path, "the agent's file (/etc/jobflip/agent.toml)")
      ->type_name("FILE");
  app.add_option("--supervisor-config", o.supervisor_path, "the supervisor's file")
      ->type_name("FILE");
  with_anchors(app, o);
}
void audit_verify_options(CLI::App& app, Options& o) {
  app.add_option("--file", o.path, "verify an export instead of the store")->type_name("FILE");
  with_anchors(app, o);
}
void help_options(CLI::App& app, Options& o) {
  app.add_option("topic", o.rest, "a command, or exit-codes")->type_name("TOPIC");
}
void completion_options(CLI::App& app, Options& o) {
  app.add_option("shell", o.rest, "bash or zsh")->type_name("SHELL");
}

constexpr std::array kCommands{
    Command{"init", "[--yes]", "create the schema and its roles in an empty database",
            "Run it once, as the owner of the database. It creates the schema `jobflip`, its\n"
            "functions, and the roles jobflip_owner, jobflip_agent, jobflip_supervisor,\n"
            "jobflip_operator, jobflip_worker and jobflip_reader.\n\n"
            "  jobflip --store 'host=/run/postgresql dbname=jobs' init\n",
            init_options, perform_init},
    Command{"migrate", "[--dry-run] [--show-sql] | --accept-copy", "bring the schema up to date",
            "All pending migrations run in one transaction: all of them, or none. In a copy of a\n"
            "store nobody takes a pool before --accept-copy: stop every agent of the other one "
            "first.\n\n"
            "  jobflip migrate --dry-run --show-sql     what would run\n",
            migrate_options, perform_migrate},
    Command{
        "apply", "FILE [--dry-run] [--reason TEXT]", "put pools, nodes and queues into force",
        "The file is the whole of it: what is not in the file is taken out of force. Prints one\n"
        "line a change. All faults of the file are shown at once.\n\n"
        "  jobflip apply examples/pools/mail.toml --dry-run\n",
        apply_options, perform_apply},
    Command{
        "adopt", "UNIT --pool POOL [--yes] [--undo] [--polkit] ...",
        "put a systemd unit of this host behind the guard",
        "Shows the drop-in that has the unit's own command run under the pool's lease only, and\n"
        "with --yes, as root, writes it, and the polkit rule by which the agent may start and\n"
        "stop the units of its file. Typed again it follows a unit that has changed.\n\n"
        "  jobflip adopt email-worker.service --pool mail\n"
        "  jobflip adopt email-worker.service --pool mail --yes\n"
        "  jobflip adopt --undo email-worker.service --yes\n"
        "  jobflip adopt --polkit\n",
        adopt_options, perform_adopt},
    Command{
        "agent", "--config FILE [--check]", "run the agent of this node",
        "One on each job server, as a systemd unit. SIGTERM: its pools are handed over. SIGHUP:\n"
        "the file is read again.\n\n"
        "  jobflip agent --config /etc/jobflip/agent.toml\n",
        config_options, perform_agent},
    Command{"supervisor", "--config FILE [--check]", "run a supervisor",
            "Two or more, on different machines: one leads, the others wait.\n\n"
            "  jobflip supervisor --config /etc/jobflip/supervisor.toml\n",
            config_options, perform_supervisor},
    Command{"guard", "...", "the parent of the workers (agents and units start it)",
            "It ends the workers when the lease does, whatever happened to the agent.\n", nullptr,
            perform_guard},
    Command{"status", "[POOL] [--watch] [--interval DURATION]",
            "who is active, what the queues do, anything abnormal",
            "  jobflip status --watch\n  jobflip status mail --format json\n", status_options,
            perform_status},
    Command{"explain", "POOL", "would it flip now, and why (not)",
            "Every rule with its figures, for an automatic and for a manual flip, and every\n"
            "candidate with its reason.\n\n  jobflip explain mail\n",
            with_pool, perform_explain},
    Command{
        "flip", "POOL --reason TEXT [--from NODE] [--to NODE] [--dry-run] [--yes] ...",
        "move a pool to another node",
        "Shows what is so and what would happen, asks, and follows the steps. It works with no\n"
        "supervisor alive. --from guards against two people at once. Manual flips pass over\n"
        "cooldown and budget, never over the safety of the lease.\n\n"
        "  jobflip flip mail --dry-run                        what would happen, and why\n"
        "  jobflip flip mail --from job1 --reason 'disk full' --yes\n",
        flip_options, perform_flip},
    Command{"abort", "FLIP --reason TEXT", "end a flip that has not released the old node yet",
            "  jobflip abort 17 --reason 'wrong pool'\n", abort_options, perform_abort},
    Command{"ack", "POOL --comment TEXT", "lift the cooldown after looking",
            "  jobflip ack mail --comment 'bad release, rolled back'\n", ack_options, perform_ack},
    Command{"pause", "POOL|--all --for DURATION --reason TEXT", "no automatic flip or takeover",
            "It ends by itself. A dead host is not taken over either while the pause lasts.\n\n"
            "  jobflip pause mail --for 2h --reason 'database upgrade'\n",
            pause_options, perform_pause},
    Command{"resume", "POOL|--all [--reason TEXT]", "end a pause", "  jobflip resume mail\n",
            resume_options, perform_resume},
    Command{"drain", "NODE --reason TEXT", "this node takes nothing over any more",
            "What it holds, it goes on with: `jobflip flip` moves that away.\n\n"
            "  jobflip drain job2 --reason 'kernel update'\n",
            drain_options, perform_drain},
    Command{"undrain", "NODE [--reason TEXT]", "this node may take over again",
            "  jobflip undrain job2\n", drain_options, perform_undrain},
    Command{"history", "[POOL] [--limit N]", "flips, takeovers and holds, the newest first",
            "  jobflip history mail --limit 5\n", history_options, perform_history},
    Command{"show", "FLIP", "one flip's timeline, with what the decision saw",
            "  jobflip show 17\n", with_flip, perform_show},
    Command{"audit list", "[--pool POOL] [--limit N]", "the raw audit log, the newest first",
            "  jobflip audit list --pool mail --limit 50\n", audit_list_options,
            perform_audit_list},
    Command{"audit export", "[--output FILE]", "the whole audit log as JSON, hashes in hex",
            "  jobflip audit export --output audit.json\n", audit_export_options,
            perform_audit_export},
    Command{"audit verify", "[--file FILE] [--anchors FILE]",
            "recompute the chains of the audit log",
            "Exit code 8 where an event was changed, left out or cut off; it is named.\n\n"
            "  jobflip audit verify\n  jobflip audit verify --file audit.json\n"
            "  jobflip audit verify --anchors heads.txt     each line: CHAIN SEQ HASH\n",
            audit_verify_options, perform_audit_verify},
    Command{
        "doctor", "[--config FILE] [--supervisor-config FILE] [--anchors FILE]",
        "find what of this installation breaks a rule",
        "Run it as root on a job server, with a login in jobflip_operator. Each finding says what\n"
        "was found and what to type; docs/doctor.md lists them. Exit code 1 where there is an\n"
        "error, 0 where there are warnings at most, 7 where the store was not reached: the host\n"
        "is looked at then all the same.\n\n"
        "  jobflip doctor\n  jobflip doctor --format json\n",
        doctor_options, perform_doctor},
    Command{
        "demo", "[--keep DIR] [--mails N]", "the whole thing in one terminal",
        "A private PostgreSQL, three agents, two supervisors and a mail server, all ended again.\n",
        demo_options, perform_demo},
    Command{"version", "", "the version of this program", "", no_options, perform_version},
    Command{"help", "[TOPIC]", "about a command, or exit-codes", "  jobflip help flip\n",
            help_options, perform_help},
    Command{"debug cli-reference", "", "print docs/cli.md", "", no_options, perform_cli_reference,
            true},
    Command{"debug man", "", "print jobflip(1)", "", no_options, perform_manual_page, true},
    Command{"debug completion", "bash|zsh", "print what a shell completes words by", "",
            completion_options, perform_completion, true},
};

}  // namespace

std::span<const Command> all_commands() {
  return kCommands;
}

const Command* find_command(std::string_view name) {
  const auto found = std::ranges::find(kCommands, name, &Command::name);
  return found == kCommands.end() ? nullptr : &*found;
}

void declare_global(CLI::App& app, Options& o) {
  app.add_option("--store", o.store,
                 "connection string of the store; else $JOBFLIP_STORE, else "
                 "service=jobflip")
      ->type_name("CONNINFO")
      ->group("Global");
  app.add_option("--format", o.format, "table, json or tsv (table)")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"table", "json", "tsv"}))
      ->group("Global");
  app.add_option("--color", o.color, "auto, always or never (auto)")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->group("Global");
  app.add_option("--actor", o.actor, "who you are, for the audit log; else $SUDO_USER, else $USER")
      ->type_name("NAME")
      ->group("Global");
}

}  // namespace jobflip::cli
