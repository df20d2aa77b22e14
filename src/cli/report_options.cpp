/// The options of report.
#include "cli/command_options.hpp"

namespace jobflip::cli {

void report_options(CLI::App& app, Options& o) {
  app.add_option("--month", o.month, "as in 2026-06 (the last one that is over)")
      ->type_name("MONTH");
  app.add_option("--pool", o.pool, "only this pool, and no services")->type_name("POOL");
  app.add_option("--target", o.target, "uptime target of the pools (99.9)")->type_name("PERCENT");
  app.add_option("--format", o.format, "markdown, html or json (as FILE ends, else markdown)")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"markdown", "html", "json"}));
  app.add_option("--output", o.output, "write it there (standard output)")->type_name("FILE");
  app.add_option("--time-zone", o.time_zone, "whose months and days, such as Europe/Zurich (UTC)")
      ->type_name("ZONE");
}

}  // namespace jobflip::cli
