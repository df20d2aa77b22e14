// The options of the commands that prepare logins and files.

#include "cli/command_options.hpp"

namespace jobflip::cli {
namespace {

/// A name for each time that the option is given.
void with_names(CLI::App& app, const std::string& option, std::vector<std::string>& names,
                const std::string& text, const std::string& type = "NAME") {
  app.add_option(option, names, text)
      ->type_name(type)
      ->delimiter('\0')
      ->allow_extra_args(false)
      ->take_all();
}

void with_pool_file(CLI::App& app, Options& o) {
  app.add_option("file", o.path, "the pool file (-: standard input)")->type_name("FILE");
}

void with_file_to_write(CLI::App& app, Options& o) {
  app.add_option("--conninfo", o.conninfo,
                 "how the store is reached (--store, with the daemon's login and password file)")
      ->type_name("CONNINFO");
  app.add_option("--output", o.output, "write it there, mode 0640 (standard output)")
      ->type_name("FILE");
  app.add_option("--out", o.folder,
                 "the same in the folder of its host there; all of them, if none is named")
      ->type_name("DIR")
      ->excludes("--output");
}

}  // namespace

void logins_options(CLI::App& app, Options& o) {
  with_pool_file(app, o);
  with_names(app, "--operator", o.people, "a person on call; can be given again");
  with_names(app, "--worker", o.workers, "a login of workers; can be given again");
  with_names(app, "--reader", o.readers, "monitoring or a reviewer; can be given again");
  with_names(app, "--probe", o.probes, "reads the queues for the supervisors; can be given again");
  app.add_option("--auth", o.auth, "password or certificate (password)")
      ->type_name("KIND")
      ->check(CLI::IsMember({"password", "certificate"}));
  app.add_option("--host", o.host,
                 "by which name the job servers reach the store (that of --store)")
      ->type_name("HOST[,HOST...]");
  app.add_option("--out", o.folder, "a folder for the password files (logins)")->type_name("DIR");
  app.add_flag("--yes", o.yes, "create them");
}

void agent_file_options(CLI::App& app, Options& o) {
  with_pool_file(app, o);
  app.add_option("--node", o.node, "the node of the pool file")->type_name("NODE");
  with_names(app, "--unit", o.units, "the workers' unit, for each pool of the node", "POOL=UNIT");
  with_file_to_write(app, o);
}

void supervisor_file_options(CLI::App& app, Options& o) {
  with_pool_file(app, o);
  app.add_option("--name", o.name, "the supervisor of the pool file")->type_name("NAME");
  with_names(app, "--database", o.databases, "where a database of the queues is", "NAME=CONNINFO");
  with_names(app, "--probe", o.probes,
             "the other databases of the queues are the store's, read by this login");
  with_file_to_write(app, o);
}

}  // namespace jobflip::cli
