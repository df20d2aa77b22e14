#include "store/wire.hpp"

#include "jobflip/base/escape.hpp"
#include "store/names.hpp"

namespace jobflip::store {
namespace {

std::vector<std::string_view> split(std::string_view text, char end) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const auto next = std::min(text.find(end, at), text.size());
    parts.push_back(text.substr(at, next - at));
    at = next + 1;
  }
  return parts;
}

core::PoolSettings read_settings(pg::Cells& in) {
  core::PoolSettings pool;
  pool.name = in.name<PoolName>();
  pool.version = in.id<SettingsVersion>();
  pool.mode = in.word(parse_mode);
  pool.when_store_lost = in.word(parse_when_store_lost);
  pool.workers_fence_every_claim = in.flag();
  pool.when_workers_end = in.word(parse_when_workers_end);
  auto& timings = pool.timings;
  for (auto* length :
       {&timings.beat_every, &timings.call_deadline, &timings.lease, &timings.graceful_stop,
        &timings.kill_to_empty, &timings.guard_margin, &timings.takeover_after, &timings.freeze})
    *length = in.millis();
  timings.clock_rate_bound = in.real();
  for (auto* length : {&pool.drain_timeout, &pool.stalled_drain_timeout, &pool.start_timeout,
                       &pool.verify_timeout, &pool.hold_down, &pool.cooldown, &pool.cooldown_max})
    *length = in.millis();
  return pool;
}

core::QueueSettings read_queue(pg::Cells& in) {
  core::QueueSettings queue;
  queue.name = in.name<QueueName>();
  queue.database = in.text();
  queue.query = in.text();
  queue.done_kind = in.word(parse_done_kind);
  queue.sample_every = in.millis();
  queue.stall_after = in.millis();
  queue.pickup_every = in.millis();
  queue.job_timeout = in.maybe_millis();
  queue.age_target = in.maybe_millis();
  queue.enter_after = static_cast<int>(in.number());
  return queue;
}

/// One S, C or Q record into `pool`. False where it can't be read.
bool read_settings_record(std::string_view record, core::PoolSettings& pool) {
  auto in = split_fields(record);
  const auto tag = in.text();
  if (tag == "S") {
    pool = read_settings(in);
  } else if (tag == "C") {
    const auto node = in.name<NodeName>();
    pool.candidates.push_back({node, static_cast<int>(in.number())});
  } else if (tag == "Q") {
    pool.queues.push_back(read_queue(in));
  } else {
    return false;
  }
  return !in.failed() && in.at_end();
}

std::optional<core::FlipDirective> read_directive(pg::Cells& in) {
  const auto id = in.maybe_number();
  core::FlipDirective flip;
  const auto state = in.text();
  flip.from = in.name<NodeName>();
  flip.to = in.name<NodeName>();
  flip.automatic = in.flag();
  flip.host_is_off = in.flag();
  flip.overdue = in.flag();
  flip.drain_timeout = in.maybe_millis().value_or(Millis{});
  flip.stalled = in.flag();
  if (!id) return std::nullopt;
  flip.id = FlipId{*id};
  flip.state = core::parse_flip_state(state).value_or(core::FlipState::failed);
  return flip;
}

core::PoolReport read_report(pg::Cells& in) {
  core::PoolReport report;
  report.pool = in.name<PoolName>();
  report.version = in.id<SettingsVersion>();
  report.epoch = in.id<Epoch>();
  report.state = in.word(parse_owner_state);
  report.holder = in.name<NodeName>();
  report.lease_beat = in.id<BeatNumber>();
  report.paused = in.flag();
  report.frozen = in.flag();
  report.drained = in.flag();
  report.rank = static_cast<int>(in.number());
  report.own = in.flag();
  report.settled = in.flag();
  report.flip = read_directive(in);
  return report;
}

void append_number(std::string& text, std::optional<std::int64_t> value) {
  text += kFieldEnd;
  if (value) text += std::to_string(*value);
}

}  // namespace

Error unreadable(std::string_view what) {
  return {ErrorCode::store_failed, std::string{what} + ": the store's answer can't be read",
          "do the program and the schema belong together? `jobflip version` tells"};
}

std::vector<std::string_view> split_records(std::string_view text) {
  return split(text, kRecordEnd);
}

pg::Cells split_fields(std::string_view record) {
  std::vector<std::optional<std::string_view>> cells;
  for (const auto part : split(record, kFieldEnd)) cells.emplace_back(part);
  return pg::Cells{std::move(cells)};
}

std::string array_of(const std::vector<std::string>& words) {
  std::string text = "{";
  for (const auto& word : words) {
    if (text.size() > 1) text += ',';
    text += '"' + word + '"';
  }
  return text + "}";
}

std::string array_of_texts(const std::vector<std::string>& texts) {
  std::vector<std::string> escaped;
  for (const auto& text : texts) {
    std::string out;
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    escaped.push_back(std::move(out));
  }
  return array_of(escaped);
}

Result<BeatAnswer> parse_beat(std::string_view text) {
  const auto records = split_records(text);
  auto head = split_fields(records.front());
  BeatAnswer answer;
  auto& reply = answer.reply;
  if (head.text() != "B") return unreadable("beat");
  reply.incarnation = head.uuid();
  reply.beat = head.id<BeatNumber>();
  reply.history_whole = head.flag();
  answer.is_quiet = head.flag();
  reply.life = head.number();
  if (head.failed() || !head.at_end()) return unreadable("beat");
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (!records[i].starts_with("P\x1f")) {
      if (reply.pools.empty()) return unreadable("beat");
      auto& settings = reply.pools.back().settings;
      if (!settings) settings.emplace();
      if (!read_settings_record(records[i], *settings)) return unreadable("beat");
      continue;
    }
    auto in = split_fields(records[i].substr(2));
    reply.pools.push_back(read_report(in));
    if (in.failed() || !in.at_end()) return unreadable("beat");
  }
  return answer;
}

Result<core::PoolSettings> parse_settings(std::string_view text) {
  core::PoolSettings pool;
  for (const auto record : split_records(text))
    if (!read_settings_record(record, pool)) return unreadable("settings");
  return pool;
}

std::string sample_text(const core::QueueSample& sample) {
  std::string text;
  const auto ms = [](const std::optional<Millis>& length) {
    return length ? std::optional{length->count()} : std::nullopt;
  };
  text += std::to_string(sample.runnable);
  append_number(text, ms(sample.oldest_runnable));
  append_number(text, sample.unpromoted);
  append_number(text, sample.running);
  append_number(text, ms(sample.oldest_running));
  append_number(text, sample.done);
  append_number(text,
                sample.last_done_at
                    ? std::optional{std::int64_t{sample.last_done_at->time_since_epoch().count()}}
                    : std::nullopt);
  append_number(text, sample.failed);
  append_number(text, sample.paused ? std::optional{std::int64_t{*sample.paused}} : std::nullopt);
  append_number(text, sample.marker);
  text += kFieldEnd;
  if (sample.head) {
    text += '=';  // tells an empty head from none
    text += printable(*sample.head);
  }
  return text;
}

Result<core::QueueSample> parse_sample(std::string_view text, const QueueName& queue) {
  auto in = split_fields(text);
  core::QueueSample sample;
  sample.queue = queue;
  sample.runnable = in.number();
  sample.oldest_runnable = in.maybe_millis();
  sample.unpromoted = in.number();
  sample.running = in.number();
  sample.oldest_running = in.maybe_millis();
  sample.done = in.number();
  sample.last_done_at = in.maybe_time();
  sample.failed = in.number();
  if (const auto paused = in.maybe_number()) sample.paused = *paused != 0;
  sample.marker = in.maybe_number();
  const auto head = in.text();
  if (!head.empty()) sample.head = head.substr(1);
  if (in.failed() || !in.at_end()) return unreadable("sample");
  return sample;
}

}  // namespace jobflip::store
