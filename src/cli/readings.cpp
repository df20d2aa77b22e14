#include "cli/readings.hpp"

#include <fmt/format.h>

#include <fstream>

#include "jobflip/backtest/csv.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/duration.hpp"

namespace jobflip::cli {
namespace {

Result<void> each_of_csv(Session& session, const std::string& path,
                         const std::function<void(const backtest::Reading&)>& visit) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  if (path != "-" && !file)
    return Error{ErrorCode::not_found, fmt::format("{} can't be read", printable(path, 200)),
                 "is the path right?"};
  backtest::CsvReadings readings{path == "-" ? *session.terminal().in : file, path};
  for (;;) {
    const auto one = readings.next();
    if (!one) return one.error();
    if (!*one) return {};
    visit(**one);
  }
}

/// Times are counted from the beginning of the query.
backtest::Reading reading_of(const core::KeptSample& kept, WallTime since) {
  backtest::Reading out;
  out.at = std::chrono::duration_cast<Millis>(kept.at - since);
  out.wall = kept.at;
  out.live = core::parse_queue_state(kept.verdict);
  out.begins = kept.begins;
  if (kept.sample)
    out.sample = *kept.sample;
  else
    out.sample = Error{ErrorCode::probe_failed, kept.error, ""};
  return out;
}

}  // namespace

Result<ReadingSource> reading_source(Session& session) {
  const auto& options = session.options();
  if (options.csv.empty() == options.queue.empty())
    return Error{ErrorCode::usage, "name either QUEUE or --csv",
                 "such as: jobflip backtest email --since 14d, or: jobflip backtest --csv FILE"};
  ReadingSource source;
  source.settings.name = QueueName::of("queue");
  source.csv = options.csv;
  if (!source.csv.empty()) return source;
  const auto since = config::parse_duration(options.since);
  if (!since) return Error{ErrorCode::usage, "--since: " + since.error().text, since.error().hint};
  auto chosen = choose_queue_of_store(session, options.queue);
  if (!chosen) return chosen.error();
  source.settings = std::move(chosen->settings);
  source.pool = chosen->pool;
  source.since = chosen->store_time - *since;
  source.until = chosen->store_time;
  return source;
}

Result<void> each_reading(Session& session, const ReadingSource& source,
                          const std::function<void(const backtest::Reading&)>& visit) {
  if (!source.csv.empty()) return each_of_csv(session, source.csv, visit);
  const auto store = session.reader();
  if (!store) return store.error();
  Millis last{};
  return (*store)->samples({source.pool, source.settings.name, source.since, source.until},
                           [&](const core::KeptSample& kept) {
                             auto reading = reading_of(kept, source.since);
                             // the store's clock may have been set back
                             reading.at = last = std::max(last, reading.at);
                             visit(reading);
                             return true;
                           });
}

}  // namespace jobflip::cli
