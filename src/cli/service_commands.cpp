#include "cli/service_commands.hpp"

#include <array>

#include "cli/command_options.hpp"
#include "cli/number_checks.hpp"
#include "cli/verbs.hpp"

namespace jobflip::cli {
namespace {

void with_service(CLI::App& app, Options& o) {
  app.add_option("service", o.service, "the service")->type_name("SERVICE");
}

void show_options_of_service(CLI::App& app, Options& o) {
  with_service(app, o);
  with_times(app, o);
  with_limit(app, o, "how many, the newest first (20)");
}

void check_options_of_service(CLI::App& app, Options& o) {
  with_service(app, o);
  app.add_option("--file", o.path,
                 "a pool file that need not be applied; else the store's settings")
      ->type_name("FILE");
  app.add_option("--supervisor-config", o.supervisor_path,
                 "where the commands are (/etc/jobflip/supervisor.toml)")
      ->type_name("FILE");
}

void maintenance_options(CLI::App& app, Options& o) {
  with_service(app, o);
  app.add_flag("--all", o.all, "all services");
  app.add_option("--from", o.from, "when it begins: 2026-11-27T02:00:00Z")->type_name("TIME");
  app.add_option("--until", o.filter.until, "when it ends; of a list: begun before that time")
      ->type_name("TIME");
  app.add_option("--since", o.filter.since, "of a list: not over at that time (30d)")
      ->type_name("TIME");
  app.add_option("--remove", o.maintenance, "cancel this one")
      ->type_name("NUMBER")
      ->check(a_maintenances_number);
  with_reason(app, o);
}

constexpr std::array kServiceCommands{
    Command{"service list", "", "services that are watched, and their uptime",
            "What is wrong comes first. Uptime is of the last 24 hours and 30 days, without\n"
            "maintenance and without the time in which nobody watched.\n\n"
            "  jobflip service list\n",
            no_options, perform_service_list},
    Command{"service show", "SERVICE [--since TIME] [--until TIME] [--limit N]",
            "a service's states and its maintenance, the newest first",
            "  jobflip service show web --since 30d\n", show_options_of_service,
            perform_service_show},
    Command{"service check", "[SERVICE] [--file FILE] [--supervisor-config FILE]",
            "check services once from this host, and say what was seen",
            "Records nothing. Run it as the supervisor's user: a command is one of [commands] of\n"
            "the supervisor's file.\n\n"
            "  jobflip service check web\n"
            "  jobflip service check --file pools.toml\n",
            check_options_of_service, perform_service_check},
    Command{
        "service maintenance",
        "[SERVICE|--all] [--from TIME --until TIME --reason TEXT] [--remove NUMBER] ...",
        "plan maintenance, remove it, or list what is planned",
        "Time in maintenance is neither up nor down, and opens no incident. It may be over:\n"
        "a window that was announced and not written down.\n\n"
        "  jobflip service maintenance web --from 2026-11-27 --until 2026-11-28 --reason disks\n"
        "  jobflip service maintenance --remove 3 --reason 'postponed'\n"
        "  jobflip service maintenance\n",
        maintenance_options, perform_service_maintenance},
};

}  // namespace

std::span<const Command> service_commands() {
  return kServiceCommands;
}

}  // namespace jobflip::cli
