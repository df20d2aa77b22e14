#include "cli/readings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "jobflip/backtest/csv.hpp"
#include "jobflip/backtest/spacing.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/duration.hpp"

namespace jobflip::cli {

struct PipedReadings {
  backtest::CsvReadings rest;
  std::vector<backtest::Reading> first;
};

const char* const kWhenReadingsAreKept =
    "a leading supervisor keeps them while it runs, in rows of 60 readings or of 4 minutes: the "
    "newest come that late; --since says how far back";

namespace {

using OnReading = std::function<void(const backtest::Reading&)>;

/// Until `visit` returns false.
Result<void> each_of(backtest::CsvReadings& readings,
                     const std::function<bool(backtest::Reading&)>& visit) {
  for (;;) {
    auto one = readings.next();
    if (!one) return one.error();
    if (!*one || !visit(**one)) return {};
  }
}

Result<std::ifstream> opened(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (file) return file;
  return Error{ErrorCode::not_found, fmt::format("{} can't be read", printable(path, 200)),
               "is the path right?"};
}

Result<void> each_of_csv(const ReadingSource& source, const OnReading& visit) {
  const auto show = [&](backtest::Reading& reading) {
    visit(reading);
    return true;
  };
  if (source.piped) {
    for (auto& reading : source.piped->first) show(reading);
    return each_of(source.piped->rest, show);
  }
  auto file = opened(source.csv);
  if (!file) return file.error();
  backtest::CsvReadings readings{*file, source.csv};
  return each_of(readings, show);
}

/// From the first readings.
Result<void> find_spacing(Session& session, ReadingSource& source) {
  backtest::Spacing spacing;
  std::size_t count = 0;
  if (source.csv == "-") {
    source.piped = std::make_shared<PipedReadings>(
        PipedReadings{backtest::CsvReadings{*session.terminal().in, source.csv}, {}});
    const auto read = each_of(source.piped->rest, [&](backtest::Reading& reading) {
      spacing.add(reading.at);
      source.piped->first.push_back(std::move(reading));
      return ++count < backtest::kReadingsToKnowSpacing;
    });
    if (!read) return read.error();
  } else {
    auto file = opened(source.csv);
    if (!file) return file.error();
    backtest::CsvReadings readings{*file, source.csv};
    const auto read = each_of(readings, [&](const backtest::Reading& reading) {
      spacing.add(reading.at);
      return ++count < backtest::kReadingsToKnowSpacing;
    });
    if (!read) return read.error();
  }
  source.spacing = spacing.median();
  if (source.spacing) source.settings.sample_every = *source.spacing;
  return {};
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
    out.sample = Error{ErrorCode::database_failed, kept.error, ""};  // its kind is not kept
  return out;
}

/// The flips and takeovers that the store has recorded, the oldest first. One that was aborted
/// ended no stall.
Result<std::vector<backtest::PoolMove>> moves_of(ports::ReaderStore& store, const PoolName& pool,
                                                 WallTime since) {
  const auto history = store.history({pool, core::kMostHistory});
  if (!history) return history.error();
  std::vector<backtest::PoolMove> out;
  for (const auto& entry : *history) {
    const bool moved =
        core::is_flip_carried_out(entry) || entry.kind == core::HistoryKind::takeover;
    if (entry.at >= since && moved) out.push_back({entry.at, entry.flip});
  }
  std::ranges::sort(out, {}, &backtest::PoolMove::at);
  return out;
}

Result<void> each_of_store(Session& session, const ReadingSource& source, const OnReading& visit) {
  const auto store = session.reader();
  if (!store) return store.error();
  Millis last{};
  auto move = source.moves.begin();
  return (*store)->samples({source.pool, source.settings.name, source.since, source.until},
                           [&](const core::KeptSample& kept) {
                             auto reading = reading_of(kept, source.since);
                             for (; move != source.moves.end() && move->at <= kept.at; ++move)
                               if (!reading.moved) reading.moved = *move;
                             // the store's clock may have been set back
                             reading.at = last = std::max(last, reading.at);
                             visit(reading);
                             return true;
                           });
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
  if (!source.csv.empty()) {
    if (const auto found = find_spacing(session, source); !found) return found.error();
    return source;
  }
  const auto since = config::parse_duration(options.since);
  if (!since) return Error{ErrorCode::usage, "--since: " + since.error().text, since.error().hint};
  auto chosen = choose_queue_of_store(session, options.queue);
  if (!chosen) return chosen.error();
  source.settings = std::move(chosen->settings);
  source.pool = chosen->pool;
  source.hold_down = chosen->hold_down;
  source.since = chosen->store_time - *since;
  source.until = chosen->store_time;
  const auto store = session.reader();
  if (!store) return store.error();
  auto moves = moves_of(**store, source.pool, source.since);
  if (!moves) return moves.error();
  source.moves = std::move(*moves);
  return source;
}

Result<void> each_reading(Session& session, const ReadingSource& source, const OnReading& visit) {
  return source.is_of_store() ? each_of_store(session, source, visit) : each_of_csv(source, visit);
}

Result<bool> has_readings(Session& session, const ReadingSource& source) {
  if (!source.is_of_store()) return true;
  const auto store = session.reader();
  if (!store) return store.error();
  bool any = false;
  const auto read =
      (*store)->samples({source.pool, source.settings.name, source.since, source.until},
                        [&](const core::KeptSample&) {
                          any = true;
                          return false;
                        });
  if (!read) return read.error();
  return any;
}

}  // namespace jobflip::cli
