#include "cli/commands.hpp"

#include <algorithm>
#include <array>

#include "cli/command_options.hpp"
#include "cli/deploy_commands.hpp"
#include "cli/incident_commands.hpp"
#include "cli/service_commands.hpp"
#include "cli/setup_commands.hpp"
#include "cli/verbs.hpp"

namespace jobflip::cli {
namespace {

/// For whoever looks, acts and reads.
constexpr std::array kDailyCommands{
    Command{"status", "[POOL] [--watch] [--interval DURATION] [--check]",
            "what is wrong and what to type, who is active, what the queues do",
            "One line a pool, the most serious first, with what to type about it; then the pools\n"
            "in full: up to three, or those with something wrong.\n\n"
            "  jobflip status --watch\n  jobflip status --check\n"
            "  jobflip status mail --format json\n",
            status_options, perform_status},
    Command{
        "check", "[POOL] [--warning AGE] [--critical AGE] [--ignore KIND]",
        "report the state as a plugin of Nagios or Icinga",
        "One line with a state and figures, then a line for each thing that is wrong. Its exit\n"
        "codes are those of a plugin: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. A store that is\n"
        "not reached is critical, a wrong option unknown; both are said on standard output.\n\n"
        "  jobflip check\n  jobflip check mail --warning 5m --critical 15m --ignore paused\n",
        check_options, perform_check},
    Command{"explain", "[POOL]", "would it flip now, and why (not)",
            "Every rule with its figures, for an automatic and for a manual flip, and every\n"
            "candidate with its reason. Without POOL: of each pool with something wrong.\n\n"
            "  jobflip explain mail\n",
            with_pool, perform_explain},
    Command{
        "flip", "POOL --reason TEXT [--from NODE] [--to NODE] [--dry-run] [--yes] ...",
        "move a pool to another node",
        "Shows the current state and what would happen, asks, and follows the steps. It works\n"
        "without a supervisor. --from guards against two people at once. A manual flip overrides\n"
        "cooldown and budget, never the safety of the lease.\n\n"
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
    Command{"history", "[POOL] [--since TIME] [--kind KIND] [--node NODE] [--limit N] [--wide] ...",
            "flips, takes, holds and refusals, the newest first",
            "KIND is flip, takeover, take, hold or refused. --wide has every column and cuts no "
            "line.\n\n"
            "  jobflip history mail --limit 5\n"
            "  jobflip history --since 7d --kind takeover\n"
            "  jobflip history --since 2026-11-01 --until 2026-12-01 --node job1 --wide\n",
            history_options, perform_history},
    Command{
        "events", "[-f|--follow] [--pool POOL] [--since TIME] [--kind KIND] ...",
        "the audit log in sentences, the oldest first, and what happens from now on",
        "One line an event. --follow looks once a second, goes on after the store was away, and\n"
        "leaves out and repeats nothing. With --format json each line is an object; its chain\n"
        "and seq are what --after takes, so that a program can go on where it ended.\n\n"
        "  jobflip events --follow\n"
        "  jobflip events --since 2h --pool mail\n"
        "  jobflip events -f --format json | jq -r .sentence\n"
        "  jobflip events -f --format json --after mail=120 --after jobflip=7\n",
        events_options, perform_events},
    Command{"show", "FLIP [--black-box]", "one flip's timeline, with what the decision saw",
            "  jobflip show 17\n"
            "  jobflip show last\n"
            "  jobflip show 17 --black-box     the stalled workers, as their host saw them last\n",
            show_options, perform_show},
    Command{
        "postmortem", "ID|--flip FLIP [--format FORMAT] [--output FILE] [--time-zone ZONE]",
        "the post-mortem of an incident, as a page",
        "What users felt, what was seen and when, who did what and why, what may have run twice,\n"
        "whether it helped: from the record alone, with empty sections for people. FORMAT is\n"
        "markdown, html (one file with charts, for a mail or for printing) or json; without it,\n"
        "FILE's name decides. With --flip: of the incident that the flip is part of; of a flip of\n"
        "0.1.0, which is part of none, of that flip alone.\n\n"
        "  jobflip postmortem 12 --output incident-12.html --time-zone Europe/Zurich\n"
        "  jobflip postmortem --flip 17 >flip-17.md\n",
        postmortem_options, perform_postmortem},
    Command{
        "report", "[--month MONTH] [--pool POOL] [--target PERCENT] [--output FILE] ...",
        "a month: uptime, downtime, incidents, flips, how quickly",
        "Against the targets and against the month before; docs/report.md has the formulas. MONTH\n"
        "is one that has begun, else the last one that is over, by the clock of ZONE (UTC).\n"
        "FORMAT is markdown, html (one file with charts) or json; without it, FILE's name\n"
        "decides.\n\n"
        "  jobflip report --month 2026-06 --output june.html --time-zone Europe/Zurich\n"
        "  jobflip report --pool mail --target 99.95 >mail.md\n",
        report_options, perform_report},
    Command{"audit list", "[--pool POOL] [--since TIME] [--kind KIND] [--limit N] ...",
            "the raw audit log, the newest first",
            "KIND is one of docs/audit.md, such as flip_requested. --wide has the reason and the\n"
            "payload, too, and cuts no line.\n\n"
            "  jobflip audit list --pool mail --limit 50\n"
            "  jobflip audit list --since 1d --actor ada\n",
            audit_list_options, perform_audit_list},
    Command{
        "audit export", "[--format FORMAT] [--output FILE] [--pool POOL] [--since TIME] ...",
        "the audit log as JSON, JSON lines or CSV, hashes in hex",
        "With --pool, --since or --until it is a part, which is verified from its first event\n"
        "on. Memory does not grow with the log. A file gets its name once it is complete.\n\n"
        "  jobflip audit export --output audit.json\n"
        "  jobflip audit export --format jsonl | gzip >audit.jsonl.gz\n"
        "  jobflip audit export --format csv --pool mail --since 2026-11-01 --output mail.csv\n",
        audit_export_options, perform_audit_export},
    Command{
        "audit verify", "[--file FILE] [--anchors FILE]", "recompute the chains of the audit log",
        "Exit code 8 if an event was edited, deleted, inserted, reordered or rewritten, or if\n"
        "the end was truncated: the first bad event of each chain is named. docs/audit.md says\n"
        "what can't be told apart. FILE is an export in any of its formats.\n\n"
        "  jobflip audit verify\n  jobflip audit verify --file audit.json\n"
        "  jobflip audit verify --anchors heads.txt     each line: [TIME] CHAIN SEQ HASH\n"
        "  journalctl -q -o cat MESSAGE_ID=8b120ed3b9b14a45b38058d8e07e1a34 |\n"
        "    jobflip audit verify --anchors -           those in this host's journal\n",
        audit_verify_options, perform_audit_verify},
    Command{"audit prune", "--before MONTH --export FILE [--dry-run] [--reason TEXT] [--yes]",
            "export the events of old months, and remove them from the store",
            "For the owner of the database. Exports what happened before that month, verifies the\n"
            "file, and removes those events. An event in each chain says how many they were and\n"
            "which export has them: the chain still verifies. Keep the file; nothing else has\n"
            "them. `history` and `show` no longer know what is in it.\n\n"
            "  jobflip audit prune --before 2025-01 --export audit-2024.json --dry-run\n"
            "  jobflip audit prune --before 2025-01 --export audit-2024.json\n"
            "  jobflip audit prune --keep-months 24 --folder /var/lib/jobflip-audit --yes\n"
            "                             what jobflip-audit-prune.timer runs each month\n",
            audit_prune_options, perform_audit_prune},
    Command{
        "probe", "QUEUE [--file FILE] [--database CONNINFO] [--watch] [--sql] [--explain]",
        "read a queue once, and show what the detector sees",
        "Shows the row, what is missing if it can't be read, and what the detector makes of it.\n"
        "It changes nothing, and needs no store with --file and --database. --sql needs a\n"
        "database only for a preset, which chooses its statement there.\n\n"
        "  jobflip probe email --file mail.toml --database 'host=db1 dbname=app user=probe'\n"
        "  jobflip probe mail/email --watch\n"
        "  jobflip probe email --sql\n",
        probe_options, perform_probe},
    Command{
        "backtest", "QUEUE [--since DURATION] | --csv FILE [--settings FILE] [--set KEY=VALUE] ...",
        "replay a queue's readings through the detector",
        "Prints what the detector would have said, and when it would have wanted a flip: the same\n"
        "function that the supervisor runs. --set with several values tries each, for one or two\n"
        "settings at once. AT is UTC for the store's readings, and the file's time_s for a CSV.\n"
        "Without sample_every in the settings, a CSV's own spacing counts.\n\n"
        "  jobflip backtest email --since 1d --brief\n"
        "  jobflip backtest email --since 14d --set stall_after=90s\n"
        "  jobflip backtest --csv samples.csv\n"
        "  jobflip backtest --csv samples.csv --settings queue.txt --set job_timeout=30m\n"
        "  jobflip backtest --csv samples.csv --set stall_after=30s,60s,90s\n",
        backtest_options, perform_backtest},
    Command{
        "learn", "QUEUE [--file FILE] [--database CONNINFO] [--readings] [--dry-run] ...",
        "learn at once what is normal for a queue",
        "From the completed jobs that its system still has, if its preset knows where, else from\n"
        "the readings that the store has kept: both go through the detector as if they were read\n"
        "now. Says what was learned, and keeps it for the leading supervisor, which takes it in\n"
        "within 5 minutes. Explicit settings still win. Needs jobflip_operator; --dry-run does "
        "not.\n\n"
        "  jobflip learn email --dry-run\n"
        "  jobflip learn mail/email --reason 'new queue'\n"
        "  jobflip learn email --file mail.toml --database 'host=db1 dbname=app user=probe' "
        "--dry-run\n"
        "  jobflip learn email --readings --since 7d\n",
        learn_options, perform_learn},
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
    Command{"debug complete", "pools|nodes|flips|open-flips", "print names for a shell to complete",
            "", complete_options, perform_complete, true},
};

}  // namespace

std::span<const Command> all_commands() {
  static const std::vector<Command> all = [] {
    const auto setup = setup_commands();
    std::vector<Command> out{setup.begin(), setup.end()};
    const auto log = std::ranges::find(kDailyCommands, "audit list", &Command::name);
    out.insert(out.end(), kDailyCommands.begin(), log);
    const auto deployments = deploy_commands();
    out.insert(out.end(), deployments.begin(), deployments.end());
    const auto incidents = incident_commands();
    out.insert(out.end(), incidents.begin(), incidents.end());
    const auto services = service_commands();
    out.insert(out.end(), services.begin(), services.end());
    out.insert(out.end(), log, kDailyCommands.end());
    return out;
  }();
  return all;
}

std::vector<std::string> first_words() {
  std::vector<std::string> out;
  for (const auto& command : all_commands()) {
    if (command.hidden) continue;
    const std::string first{command.name.substr(0, command.name.find(' '))};
    if (std::ranges::find(out, first) == out.end()) out.push_back(first);
  }
  return out;
}

std::vector<std::string> second_words(std::string_view first) {
  std::vector<std::string> out;
  for (const auto& command : all_commands()) {
    const auto space = command.name.find(' ');
    if (space != std::string_view::npos && command.name.substr(0, space) == first)
      out.emplace_back(command.name.substr(space + 1));
  }
  return out;
}

const Command* find_command(std::string_view name) {
  const auto all = all_commands();
  const auto found = std::ranges::find(all, name, &Command::name);
  return found == all.end() ? nullptr : &*found;
}

void declare_global(CLI::App& app, Options& o) {
  app.add_option("--store", o.store,
                 "connection string of the store; else $JOBFLIP_STORE, else "
                 "service=jobflip")
      ->type_name("CONNINFO")
      ->group("Global");
  if (app.get_option_no_throw("--format") == nullptr)  // else the command has formats of its own
    app.add_option("--format", o.format, "table, json or tsv (table)")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"table", "json", "tsv"}))
        ->group("Global");
  app.add_option("--color", o.color, "auto, always or never (auto)")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->group("Global");
  if (app.get_option_no_throw("--actor") != nullptr) return;  // whose events are wanted
  app.add_option("--actor", o.actor, "who you are, for the audit log; else $SUDO_USER, else $USER")
      ->type_name("NAME")
      ->group("Global");
}

}  // namespace jobflip::cli
