#include "cli/setup_commands.hpp"

#include <array>

#include "cli/command_options.hpp"
#include "cli/verbs.hpp"

namespace jobflip::cli {
namespace {

constexpr std::array kSetupCommands{
    Command{"init", "[--own-database] [--yes]",
            "create the schema and its roles in an empty database",
            "Run it once, as a superuser, or as the database's owner if it has CREATEROLE. It\n"
            "creates the schemas `jobflip`, with functions, and `jobflip_data`, with tables that\n"
            "nobody else may name, and the roles jobflip_owner, jobflip_agent,\n"
            "jobflip_supervisor, jobflip_operator, jobflip_worker and jobflip_reader.\n\n"
            "Any login of the cluster may connect to a new database, fill the lock table and the\n"
            "queue of notifications, and use up the connections. --own-database takes that away,\n"
            "where nothing else is in this database. Without it nobody's rights are changed, and\n"
            "the statements are printed: whoever runs the other application decides.\n\n"
            "  jobflip --store 'host=/run/postgresql dbname=jobs' init --own-database\n",
            init_options, perform_init},
    Command{
        "migrate", "[--dry-run] [--show-sql] | --accept-copy | --own-database [--yes]",
        "bring the schema up to date",
        "Tables change by numbered migrations; functions, views and triggers are replaced as\n"
        "a whole if the store has another version's. All of it runs in one transaction,\n"
        "beside pools at work. In a copy of a store nobody takes a pool before --accept-copy:\n"
        "stop every agent of the other one first. --own-database: see `jobflip init`; it asks,\n"
        "and is refused while something else is in the database.\n\n"
        "  jobflip migrate --dry-run --show-sql         what would run\n"
        "  jobflip migrate --own-database --dry-run     the rights that it would take away\n",
        migrate_options, perform_migrate},
    Command{
        "logins", "FILE [--operator NAME] [--worker NAME] [--probe NAME] [--yes] ...",
        "create the logins that a pool file needs",
        "One for each node and each supervisor of the pool file, and those that are named. Shows\n"
        "which are missing; with --yes, creates them in one transaction. Their passwords are made\n"
        "here, and are in files only: DIR/job1/agent.pgpass for the node job1, to be copied "
        "there.\n"
        "The server gets SCRAM verifiers. What is there stays; a login that may do more than its\n"
        "task needs is refused. Run it as whoever ran `jobflip init`.\n\n"
        "  jobflip logins mail.toml --operator ada --worker mailer --probe probe\n"
        "  jobflip logins mail.toml --operator ada --worker mailer --probe probe --host db1 --yes\n"
        "  jobflip logins mail.toml --auth certificate --yes\n",
        logins_options, perform_logins},
    Command{
        "config agent", "FILE [--node NODE] [--unit POOL=UNIT] [--output FILE | --out DIR] ...",
        "write the agent's file of a node, or of all",
        "From the pool file: a start for agent.toml, with a unit for each pool of the node. It\n"
        "asks for units that are not named. --out writes DIR/job1/agent.toml, beside the "
        "passwords\n"
        "of `jobflip logins`, and without --node that of each node. Nothing is overwritten.\n\n"
        "  jobflip config agent mail.toml --node job1 --unit mail=mail-worker.service \\\n"
        "    --store \"host=db1 dbname=jobflip\" --output agent.toml\n"
        "  jobflip config agent mail.toml --unit mail=mail-worker.service --out logins\n",
        agent_file_options, perform_config_agent},
    Command{"config supervisor",
            "FILE [--name NAME] [--probe NAME] [--output FILE | --out DIR] ...",
            "write the file of a supervisor, or of all",
            "From the pool file: a start for supervisor.toml, with each database of the queues.\n"
            "--out writes DIR/sup1/supervisor.toml, and without --name that of each supervisor.\n"
            "Nothing is overwritten.\n\n"
            "  jobflip config supervisor mail.toml --name sup1 --probe probe \\\n"
            "    --store \"host=db1 dbname=jobflip\" --output supervisor.toml\n"
            "  jobflip config supervisor mail.toml --probe probe --out logins\n",
            supervisor_file_options, perform_config_supervisor},
    Command{
        "apply", "FILE [--dry-run] [--reason TEXT] [--yes]",
        "apply a file of pools, nodes and queues",
        "The file is complete: pools, nodes and queues that it does not name are removed; before\n"
        "two pools or more are, it asks. Prints one line a change, and all errors in the file at\n"
        "once. --dry-run also reads each queue once, within 30 s for all, and prints the row, or\n"
        "what to do (exit code 1). The databases are those of a supervisor's file: without one it\n"
        "warns that no queue was tried. It needs jobflip_operator, with --dry-run too.\n\n"
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
};

}  // namespace

std::span<const Command> setup_commands() {
  return kSetupCommands;
}

}  // namespace jobflip::cli
