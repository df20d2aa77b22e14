/// Every reading command of the CLI on a store whose texts an attacker wrote: reasons, actors,
/// verdicts, evidence, black boxes. In no format may anything reach the terminal that moves its
/// cursor or hides text. Tables must fit the terminal's width, and JSON must be valid.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "fuzz/input.hpp"
#include "fuzz/must.hpp"
#include "fuzz/small_world.hpp"
#include "fuzz/terminal.hpp"

namespace jobflip::fuzz {
namespace {

// what jobflip/pg/cells.hpp lets pass, beside kLengthMax
constexpr std::int64_t kTimeMax = 253'402'300'799'000'000;

Millis length(Input& input) {
  return Millis{input.number(-kLengthMax.count(), kLengthMax.count())};
}
WallTime time(Input& input) {
  return WallTime{Micros{input.number(0, kTimeMax)}};
}
template <class Name>
Name name(Input& input) {
  const std::size_t length = 1 + input.byte() % 63;
  const auto letter = static_cast<char>('a' + input.byte() % 3);
  return Name::of(std::string(length, letter));
}
template <class Read>
auto maybe(Input& input, Read read) -> std::optional<decltype(read(input))> {
  if (!input.flag()) return std::nullopt;
  return read(input);
}

core::FlipView read_flip(Input& in, const PoolName& pool) {
  core::FlipView flip;
  flip.id = FlipId{in.number(1, INT64_MAX)};
  flip.pool = pool;
  flip.state = static_cast<core::FlipState>(in.byte() % 6);
  if (in.flag()) flip.from = name<NodeName>(in);
  flip.to = name<NodeName>(in);
  flip.actor = in.text();
  flip.reason = in.text();
  flip.requested_at = time(in);
  for (auto* at :
       {&flip.drained_at, &flip.released_at, &flip.taken_at, &flip.started_at, &flip.ended_at})
    *at = maybe(in, time);
  flip.epoch = Epoch{in.number()};
  flip.age = length(in);
  flip.state_age = length(in);
  flip.last_sentence = in.text();
  return flip;
}

core::QueueView read_queue(Input& in) {
  core::QueueView queue;
  queue.queue = name<QueueName>(in);
  queue.verdict = in.flag() ? "STALLED" : in.text();
  queue.reason = in.text();
  queue.verdict_age = length(in);
  queue.sample_age = length(in);
  if (in.flag()) {
    core::QueueSample sample;
    sample.queue = queue.queue;
    sample.runnable = in.number();
    sample.oldest_runnable = maybe(in, length);
    sample.done = in.number();
    sample.last_done_at = maybe(in, time);
    sample.head = in.text();
    queue.sample = sample;
  }
  return queue;
}

core::PoolView read_pool(Input& in) {
  core::PoolView pool;
  pool.settings.name = PoolName::of("mail");
  pool.owner.state = in.flag() ? core::OwnerState::held : core::OwnerState::released;
  pool.owner.epoch = Epoch{in.number()};
  if (in.flag()) pool.owner.holder = name<NodeName>(in);
  pool.owner.beat_age = maybe(in, length);
  for (int i = in.byte() % 4; i > 0; --i) {
    core::CandidateView candidate;
    candidate.node = name<NodeName>(in);
    candidate.priority = static_cast<int>(in.number(INT32_MIN, INT32_MAX));
    candidate.beat_age = maybe(in, length);
    candidate.ready = in.flag();
    candidate.not_ready_reason = in.text();
    candidate.drained = in.flag();
    candidate.drain_reason = in.text();
    pool.candidates.push_back(candidate);
  }
  if (in.flag()) pool.open_flip = read_flip(in, pool.settings.name);
  if (in.flag()) pool.pause = core::PauseView{time(in), length(in), in.text(), in.text()};
  if (in.flag()) pool.cooldown = core::CooldownView{length(in), in.byte(), FlipId{in.number()}};
  pool.frozen_for = maybe(in, length);
  for (int i = in.byte() % 3; i > 0; --i) pool.queues.push_back(read_queue(in));
  return pool;
}

/// The document is the rest of the input: in the kept inputs it is JSON after zeros.
core::BlackBoxRecord read_black_box(Input& in) {
  core::BlackBoxRecord record;
  record.node = name<NodeName>(in);
  record.kept_at = time(in);
  record.sha256 = in.text();
  const auto rest = in.rest();
  record.document = rest.substr(std::min(rest.find_first_not_of('\0'), rest.size()));
  return record;
}

cli::Script read_script(Input& in) {
  cli::Script script;
  script.snapshot.store_time = time(in);
  script.snapshot.pools.push_back(read_pool(in));
  core::HistoryEntry entry;
  entry.at = time(in);
  entry.pool = PoolName::of("mail");
  entry.kind = core::parse_history_kind(in.text()).value_or(core::HistoryKind::hold);
  entry.from = in.text();
  entry.outcome = in.text();
  entry.to_active = maybe(in, length);
  entry.actor = in.text();
  entry.reason = in.text();
  script.history.push_back(entry);
  core::FlipTimeline timeline{read_flip(in, entry.pool), in.text(), {}, {}};
  timeline.steps.push_back({time(in), in.text(), in.text(), in.text()});
  core::AuditEvent event;
  event.chain = in.text();
  event.seq = 1;
  event.at = time(in);
  event.kind = in.text();
  event.node = in.text();
  event.session_user = in.text();
  event.actor = in.text();
  event.reason = in.text();
  event.payload = in.text();
  event.previous_hash = event.hash = std::string(32, '\x42');
  script.audit.push_back(event);
  script.heads.push_back({event.chain, 1, event.hash});
  if (!in.empty()) timeline.black_boxes.push_back(read_black_box(in));
  script.timelines.push_back(timeline);
  return script;
}

/// `narrow`: in a terminal its table must fit the width.
struct Verb {
  std::vector<std::string> words;
  bool narrow;
};

void check(const Ran& ran, const std::string& format, bool narrow) {
  MUST(ran.code >= 0 && ran.code <= 8);
  const auto out = without_colours(ran.out);
  MUST(why_not_shown(out, format == "tsv" ? Tabs::yes : Tabs::no).empty());
  MUST(why_not_shown(without_colours(ran.err)).empty());
  if (format == "json" && ran.code == 0) MUST(nlohmann::json::accept(out));
  if (format == "table" && narrow) {
    // Printed for the person who debugs this.
    if (widest_line(out) > 100) std::fputs(out.c_str(), stderr);
    MUST(widest_line(out) <= 100);
  }
}

}  // namespace
}  // namespace jobflip::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jobflip::fuzz;
  static const std::vector<Verb> kVerbs{{{"status"}, true},
                                        {{"explain", "mail"}, false},
                                        {{"history"}, true},
                                        {{"show", "1"}, false},
                                        {{"audit", "list"}, true},
                                        {{"audit", "export"}, false},
                                        {{"audit", "verify"}, true},
                                        {{"flip", "mail", "--reason", "x", "--dry-run"}, false},
                                        {{"show", "1", "--black-box"}, true},
                                        {{"events"}, false},
                                        {{"history", "--wide"}, false}};
  Input input{data, size};
  const auto& verb = kVerbs[input.byte() % kVerbs.size()];
  const std::string colour = input.flag() ? "always" : "never";
  const auto script = read_script(input);
  for (const std::string format : {"table", "json", "tsv"}) {
    auto words = verb.words;
    words.insert(words.end(), {"--format", format, "--color", colour});
    auto copy = script;
    const bool terminal = colour == "always";
    check(run_program(copy, words, "", terminal), format, verb.narrow && terminal);
  }
  return 0;
}
