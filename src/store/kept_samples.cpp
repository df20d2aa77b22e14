#include "store/kept_samples.hpp"

#include <algorithm>

#include "jobflip/core/sample_document.hpp"
#include "store/wire.hpp"

namespace jobflip::store {
namespace {

constexpr int kRowsOfACall = 50;           // of up to 60 readings each
constexpr std::chrono::days kWindow{7};    // jobflip.samples() allows 8
constexpr std::chrono::days kOldest{400};  // none is kept for longer than 365 days
constexpr WallTime kEarliest{};            // 1970

std::string text_of_time(WallTime at) {
  return std::to_string(at.time_since_epoch().count());
}

core::KeptSample read_sample(pg::Cells& in, const QueueName& queue) {
  core::KeptSample sample;
  sample.at = in.time();
  sample.took = in.millis();
  sample.verdict = in.text();
  sample.begins = sample.verdict.starts_with(kBegins);
  if (sample.begins) sample.verdict.erase(0, kBegins.size());
  const auto document = in.text();
  sample.error = in.text();
  if (!sample.error.empty()) return sample;
  if (auto parsed = core::parse_sample_document(document, queue)) {
    sample.sample = std::move(*parsed);
  } else {
    sample.error = parsed.error().text;
  }
  return sample;
}

/// One call's rows. `after` becomes the time of the last one; false: the visitor has enough.
Result<bool> visit_rows(const pg::Rows& rows, const core::SampleQuery& query,
                        const ports::SampleVisitor& visit, WallTime& after) {
  for (int i = 0; i < rows.size(); ++i) {
    auto in = rows.row(i);
    after = in.time();
    const auto sample = read_sample(in, query.queue);
    if (in.failed()) return unreadable("samples");
    if (sample.at < query.since || sample.at >= query.until) continue;
    if (!visit(sample)) return false;
  }
  return true;
}

}  // namespace

Result<std::vector<core::Learned>> read_learned(pg::Connection& connection, const PoolName& pool,
                                                const QueueName& queue) {
  const auto rows =
      connection.query("learned", "select pool, queue, document from jobflip.learned($1, $2)",
                       {pool.str(), queue.str()});
  if (!rows) return rows.error();
  std::vector<core::Learned> all;
  for (int i = 0; i < rows->size(); ++i) {
    auto in = rows->row(i);
    core::Learned one;
    one.pool = in.name<PoolName>();
    one.queue = in.name<QueueName>();
    one.document = in.text();
    if (in.failed()) return unreadable("learned");
    all.push_back(std::move(one));
  }
  return all;
}

Result<void> read_samples(pg::Connection& connection, const core::SampleQuery& query,
                          const ports::SampleVisitor& visit) {
  const auto earliest = query.until - kEarliest > kOldest ? query.until - kOldest : kEarliest;
  WallTime after = kEarliest;
  for (auto from = std::max(query.since, earliest); from < query.until; from += kWindow) {
    const auto until = std::min<WallTime>(from + kWindow, query.until);
    for (bool more = true; more;) {
      const auto rows = connection.query(
          "samples", "select * from jobflip.samples($1, $2, $3, $4, $5, $6)",
          {query.pool.str(), query.queue.str(), text_of_time(from), text_of_time(until),
           text_of_time(after), std::to_string(kRowsOfACall)});
      if (!rows) return rows.error();
      more = rows->size() > 0;
      const auto wanted = visit_rows(*rows, query, visit, after);
      if (!wanted) return wanted.error();
      if (!*wanted) return {};
    }
  }
  return {};
}

}  // namespace jobflip::store
