/// report: a month as a page for reviewers.
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/incident_words.hpp"
#include "cli/page_output.hpp"
#include "cli/report_facts.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/report/html.hpp"
#include "jobflip/report/markdown.hpp"
#include "jobflip/report/month_json.hpp"
#include "jobflip/report/month_page.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::cli {
namespace {

Result<std::optional<report::Month>> typed_month(const std::string& text) {
  if (text.empty()) return std::optional<report::Month>{};
  const auto month = report::parse_month(text);
  if (!month)
    return Error{ErrorCode::usage,
                 fmt::format("--month: \"{}\" is not a month", printable(text, 40)),
                 "write it as YYYY-MM, such as 2026-06"};
  return month;
}

Result<double> typed_target(const std::string& text) {
  if (text.empty()) return report::kUsualTarget;
  constexpr double kAll = 100;
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (read.ec == std::errc{} && read.ptr == end && std::isfinite(value) && value > 0 &&
      value <= kAll)
    return value;
  return Error{ErrorCode::usage,
               fmt::format("--target: \"{}\" is not a share of time", printable(text, 40)),
               "a number of per cent above 0, up to 100, such as 99.9"};
}

Result<report::MonthFacts> gather_month(Session& session, const WantedMonth& wanted,
                                        const WantedZone& zone) {
  const auto store = session.reader();
  if (!store) return store.error();
  if (const auto known = known_in_log(**store, wanted.pool); !known) return known.error();
  return facts_of_month(**store, wanted, zone);
}

std::string report_text(const report::MonthFacts& facts, const std::string& format) {
  if (format == "json") return view::json_text(report::month_json(facts), 2) + "\n";
  const auto page = report::month_page(facts);
  return format == "html" ? report::html_of(page) : report::markdown_of(page);
}

}  // namespace

ExitCode perform_report(Session& session) {
  const auto& options = session.options();
  if (const auto refused = refuse_format(session, "a report")) return *refused;
  const auto zone = wanted_zone(session);
  if (const auto refused = refuse_zone(session, zone)) return *refused;
  const auto month = typed_month(options.month);
  if (!month) return session.fail(month.error());
  const auto target = typed_target(options.target);
  if (!target) return session.fail(target.error());
  PoolName pool;
  if (!options.pool.empty()) {
    auto name = PoolName::parse(options.pool, "pool name");
    if (!name) return session.fail(name.error());
    pool = std::move(*name);
  }
  auto facts = gather_month(session, {*month, pool, *target}, zone);
  if (!facts) return session.fail(facts.error());
  facts->version = session.version();
  const auto code = write_page(session, report_text(*facts, *format_of_page(options)));
  if (code != ExitCode::done || facts->remarks.empty()) return code;
  return session.error(ExitCode::incomplete, "the report is not complete",
                       printable(facts->remarks.front(), 500),
                       "its last section names everything that could not be read");
}

}  // namespace jobflip::cli
