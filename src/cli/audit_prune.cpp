#include "cli/audit_prune.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "cli/audit_access.hpp"
#include "cli/output_file.hpp"
#include "jobflip/audit/file_digest.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/base/time_text.hpp"

namespace jobflip::cli {
namespace {

/// The first event that fits, or none.
Result<std::vector<core::AuditEvent>> first_event(ports::ReaderStore& store,
                                                  const std::string& chain, std::int64_t after,
                                                  const std::optional<WallTime>& since = {}) {
  core::EventFilter filter;
  filter.since = since;
  return store.audit({chain, after, 1, false, filter});
}

Result<void> plan_chain_prune(ports::ReaderStore& store, const core::ChainHead& head,
                              WallTime before, PrunePlan& plan) {
  const auto first = first_event(store, head.chain, kBelowAll);
  if (!first) return first.error();
  const auto kept = first_event(store, head.chain, kBelowAll, before);
  if (!kept) return kept.error();
  if (first->empty() || first->front().at >= before) return {};
  auto end = head;
  if (!kept->empty()) {
    const auto last = first_event(store, head.chain, kept->front().seq - 2);
    if (!last) return last.error();
    if (last->empty()) return {};
    end = {head.chain, last->front().seq, last->front().hash};
  }
  const auto& begin = first->front();
  if (begin.seq > 1)
    plan.exported.part->begins.push_back({head.chain, begin.seq - 1, begin.previous_hash});
  plan.exported.heads.push_back(end);
  plan.seals.push_back(
      {head.chain, end.seq, end.hash, end.seq - begin.seq + 1, "", before, "", ""});
  return {};
}

Error not_as_planned(const std::string& path, const std::string& why) {
  return {ErrorCode::host_failed,
          fmt::format("{} is not what was to be exported: {}", printable(path, 200), why),
          "nothing was removed; look with `jobflip audit verify`, and remove the file"};
}

}  // namespace

Result<WallTime> parse_month(const std::string& text, WallTime now) {
  const auto month = text.size() == 7 ? parse_utc_time(text + "-01 00:00:00") : std::nullopt;
  if (!month)
    return Error{ErrorCode::usage,
                 fmt::format("--before \"{}\" is not a month", printable(text, 40)),
                 "write it as 2025-01: what happened before that month is exported and removed"};
  if (*month > now)
    return Error{ErrorCode::usage,
                 fmt::format("--before {}: that month has not begun", printable(text, 40)),
                 "only whole months that are over can be removed"};
  return *month;
}

std::string month_of(WallTime at) {
  return rfc3339(at).substr(0, 7);
}

WallTime begin_of_kept_months(int kept, WallTime now) {
  using namespace std::chrono;
  const year_month_day today{floor<days>(now)};
  const auto month = today.year() / today.month() - months{kept};
  return WallTime{sys_days{month / 1}};
}

Result<std::string> new_export_in(const std::string& folder, WallTime before) {
  constexpr int kMostFiles = 100;  // of one month: each run that failed halfway leaves one
  std::error_code unknown;
  if (!std::filesystem::is_directory(folder, unknown))
    return Error{ErrorCode::host_failed,
                 fmt::format("--folder {} is not a folder", printable(folder, 200)),
                 "create it on a disk that is backed up: the files in it are the only copy"};
  const auto name = "audit-before-" + month_of(before);
  for (int n = 1; n <= kMostFiles; ++n) {
    const auto path = std::filesystem::path{folder} /
                      (n == 1 ? name + ".json" : fmt::format("{}.{}.json", name, n));
    const auto there = std::filesystem::symlink_status(path, unknown);
    if (there.type() == std::filesystem::file_type::not_found) return path.string();
  }
  return Error{
      ErrorCode::refused,
      fmt::format("--folder {} has {} files {}*.json", printable(folder, 200), kMostFiles, name),
      "find out why so many runs failed halfway, and name another folder"};
}

Result<PrunePlan> plan_prune(ports::ReaderStore& store, WallTime before) {
  const auto heads = store.audit_heads();
  if (!heads) return heads.error();
  PrunePlan plan;
  plan.exported.part.emplace(audit::ExportPart{"", {}, before, {}});
  for (const auto& head : *heads)
    if (const auto planned = plan_chain_prune(store, head, before, plan); !planned)
      return planned.error();
  return plan;
}

Result<std::string> export_for_good(ports::ReaderStore& store, const PrunePlan& plan,
                                    const std::string& path) {
  std::error_code unknown;
  if (std::filesystem::exists(std::filesystem::symlink_status(path, unknown)))
    return Error{ErrorCode::refused,
                 fmt::format("{} is there already: it was not overwritten", printable(path, 200)),
                 "it may be the only place of other events: name another file"};
  const auto written =
      write_file(path, "name a file on a disk that is backed up", [&](std::ostream& out) {
        return write_export(store, plan.exported, audit::ExportFormat::json, out);
      });
  if (!written) return written.error();
  const auto read = check_file(path, {});
  if (!read) return not_as_planned(path, read.error().text);
  const auto& checks = read->checks;
  if (checks.size() != plan.seals.size()) return not_as_planned(path, "it has other chains");
  for (std::size_t i = 0; i < checks.size(); ++i) {
    const auto& check = checks[i];
    const auto& seal = plan.seals[i];
    if (check.flaw)
      return not_as_planned(path, fmt::format("chain {}, event {}: {}", seal.chain, check.flaw->seq,
                                              check.flaw->why));
    if (check.head.chain != seal.chain || check.head.hash != seal.hash ||
        check.events != seal.events)
      return not_as_planned(path, fmt::format("chain {} has other events", seal.chain));
  }
  std::ifstream in{path, std::ios::binary};
  const auto sha256 = in ? audit::sha256_of(in) : std::nullopt;
  if (!sha256) return not_as_planned(path, "it can't be read");
  return *sha256;
}

}  // namespace jobflip::cli
