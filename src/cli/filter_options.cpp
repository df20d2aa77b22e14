/// The options of what reads the log: history, events, audit list, audit export.
#include "cli/command_options.hpp"
#include "cli/number_checks.hpp"

namespace jobflip::cli {
void with_limit(CLI::App& app, Options& o, const std::string& text) {
  app.add_option("--limit", o.limit, text)->type_name("N")->check(CLI::Range(1, 10'000));
}

void with_times(CLI::App& app, Options& o, const std::string& what) {
  app.add_option("--since", o.filter.since,
                 what + "at that time or later: 2026-11-27T02:00:00Z, 2026-11-27 (UTC), 2h (ago)")
      ->type_name("TIME");
  app.add_option("--until", o.filter.until, what + "before that time")->type_name("TIME");
}

namespace {

void with_filter(CLI::App& app, Options& o, const std::string& node) {
  with_times(app, o);
  app.add_option("--node", o.filter.node, node)->type_name("NODE");
  app.add_option("--actor", o.filter.actor, "what this person, node or supervisor did")
      ->type_name("NAME");
  app.add_option("--kind", o.filter.kind, "only of this kind")->type_name("KIND");
  app.add_option("--flip", o.flip, "only about this flip")
      ->type_name("FLIP")
      ->check(a_flips_number);
}

void with_chain(CLI::App& app, Options& o) {
  app.add_option("--pool", o.pool,
                 "only the chain of this pool; \"jobflip\" for events without a pool")
      ->type_name("POOL");
}

void with_wide(CLI::App& app, Options& o) {
  app.add_flag("--wide", o.wide, "every column, in lines as long as they are");
}

constexpr const char* kNodeOfEvent = "only events of this node";

}  // namespace

void history_options(CLI::App& app, Options& o) {
  with_pool(app, o);
  with_limit(app, o, "how many, the newest first (20)");
  app.add_option("--pool", o.filter.pool, "the same as the argument")->type_name("POOL");
  with_filter(app, o, "only what moved a pool to or from this node, or was asked to");
  with_wide(app, o);
}

void audit_list_options(CLI::App& app, Options& o) {
  with_chain(app, o);
  with_limit(app, o, "how many, the newest first (20)");
  with_filter(app, o, kNodeOfEvent);
  with_wide(app, o);
}

void audit_export_options(CLI::App& app, Options& o) {
  app.add_option("--format", o.format, "json, jsonl (an event a line) or csv (json)")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"json", "jsonl", "csv"}));
  app.add_option("--output", o.output, "write it there (standard output)")->type_name("FILE");
  with_chain(app, o);
  with_times(app, o);
}

void events_options(CLI::App& app, Options& o) {
  app.add_flag("-f,--follow", o.follow, "go on with what happens from now on, until Ctrl-C");
  with_chain(app, o);
  with_limit(app, o,
             "how many of the past, the newest (20; with --since, --until or --after: all)");
  with_filter(app, o, kNodeOfEvent);
  app.add_option("--after", o.after,
                 "only after that event of its chain; other chains from their first event on")
      ->type_name("CHAIN=SEQ")
      ->allow_extra_args(false)
      ->take_all()
      ->excludes("--limit");
}

}  // namespace jobflip::cli
