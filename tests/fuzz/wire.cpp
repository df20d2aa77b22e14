/// The store's answers. The first byte chooses: a beat, settings, a sample, a flip's row, an array
/// for the store, an error. A value that was read is written again if we also write it, an
/// unreadable value is an error of the store, and no number can make a duration that overflows the
/// clock.

#include <cstdint>

#include "fuzz/input.hpp"
#include "fuzz/must.hpp"
#include "fuzz/terminal.hpp"
#include "jobflip/core/sample_document.hpp"
#include "jobflip/core/settings_document.hpp"
#include "jobflip/pg/errors.hpp"
#include "store/last_beat.hpp"
#include "store/session.hpp"
#include "store/snapshot.hpp"
#include "store/wire.hpp"

namespace jobflip::fuzz {
namespace {

void check_unreadable(const Error& error) {
  MUST(error.code == ErrorCode::store_failed);
  MUST(!error.text.empty() && !error.hint.empty());
}

/// Every duration that an agent adds to a point in time.
void check_length(Millis length) {
  const Instant late{std::chrono::hours{24 * 365 * 100}};
  MUST(late + length >= late || length < Millis{0});
}

void check_settings(const core::PoolSettings& pool) {
  const auto& t = pool.timings;
  for (const auto length :
       {t.beat_every, t.call_deadline, t.lease, t.graceful_stop, t.kill_to_empty, t.guard_margin,
        t.takeover_after, t.freeze, pool.drain_timeout, pool.start_timeout, pool.cooldown_max})
    check_length(length);
  core::check_timings(t);
  for (const auto& queue : pool.queues) check_length(queue.stall_after.value_or(Millis{}));
}

void try_beat(std::string_view text) {
  const auto answer = store::parse_beat(text);
  if (!answer) return check_unreadable(answer.error());
  std::size_t reports = 0;
  for (const auto record : store::split_records(text)) reports += record.starts_with("P\x1f");
  MUST(answer->reply.pools.size() == reports);
  for (const auto& pool : answer->reply.pools) {
    if (pool.settings) check_settings(*pool.settings);
    if (pool.flip) check_length(pool.flip->drain_timeout);
  }
  store::LastBeat last;
  core::BeatRequest request;
  request.node = NodeName::of("job1");
  for (const auto& pool : answer->reply.pools) request.known.push_back({pool.pool, pool.version});
  last.keep(request, *answer);
  MUST(last.covers(request) == answer->is_quiet);
  if (answer->is_quiet) MUST(last.again().pools.size() == answer->reply.pools.size());
}

void try_sample(std::string_view text) {
  const auto queue = QueueName::of("email");
  const auto sample = core::parse_sample_document(text, queue);
  if (!sample) return check_unreadable(sample.error());
  for (const auto& age : {sample->oldest_runnable, sample->oldest_running})
    if (age) check_length(*age);
  const auto again = core::parse_sample_document(core::sample_document(*sample), queue);
  MUST(again.has_value() && *again == *sample);
}

void try_flip(std::string_view record) {
  auto cells = store::split_fields(record);
  const auto flip = store::read_flip(cells).flip;
  if (cells.failed()) return;
  check_length(flip.age);
  check_length(flip.state_age);
  MUST(!rfc3339(flip.requested_at).empty());
}

/// Reads an array literal of quoted texts, following PostgreSQL's manual.
std::vector<std::string> read_array(std::string_view text) {
  MUST(text.size() >= 2 && text.front() == '{' && text.back() == '}');
  std::vector<std::string> out;
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    MUST(text[at] == '"');
    std::string one;
    for (++at; text.at(at) != '"'; ++at) one += text[at] == '\\' ? text.at(++at) : text[at];
    out.push_back(std::move(one));
    ++at;
    MUST(at + 1 == text.size() || text[at] == ',');
  }
  return out;
}

void try_array(Input input) {
  const auto texts = input.texts_between('\n');
  MUST(read_array(store::array_of_texts(texts)) == texts);
}

void try_error(std::string_view text) {
  const auto words = pg::words_of_verbose(text);
  for (const auto& error :
       {store::error_of_statement("take", words), store::error_of_connecting(text)}) {
    MUST(why_not_shown(error.text).empty());
    MUST(why_not_shown(error.hint).empty());
  }
}

}  // namespace
}  // namespace jobflip::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jobflip;
  fuzz::Input input{data, size};
  switch (input.byte()) {
    case 'b':
      fuzz::try_beat(input.rest());
      break;
    case 's':
      if (const auto settings = core::parse_pool_document(input.rest()))
        fuzz::check_settings(*settings);
      else
        fuzz::check_unreadable(settings.error());
      break;
    case 'q':
      fuzz::try_sample(input.rest());
      break;
    case 'f':
      fuzz::try_flip(input.rest());
      break;
    case 'a':
      fuzz::try_array(input);
      break;
    case 'e':
      fuzz::try_error(input.rest());
      break;
    default:
      break;
  }
  return 0;
}
