#include "core/supervisor_parts.hpp"

namespace jobflip::core::supervisor {
namespace {

constexpr Millis kBetweenAnchors{60'000};

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out;
}

}  // namespace

bool are_heads_due(const SupervisorState& state, Instant now) {
  return state.heads_due && now >= state.heads_not_before;
}

void take_in_heads(Step& step, const HeadsRead& event) {
  SupervisorState& s = step.state;
  s.heads_not_before = step.now + kBetweenAnchors;
  if (event.heads.has_error()) return;
  s.heads_due = false;
  for (const ChainHead& head : *event.heads) {
    std::int64_t& told = s.told_heads[head.chain];
    if (told == head.seq) continue;
    told = head.seq;
    step.tell(NoteKind::anchor,
              head.chain + ' ' + std::to_string(head.seq) + ' ' + hex_of(head.hash));
    Note& note = step.notes.back();
    note.chain = head.chain;
    note.seq = head.seq;
    note.hash = hex_of(head.hash);
    note.epoch = {};
    if (auto pool = PoolName::parse(head.chain, "chain")) note.pool = *pool;
  }
}

}  // namespace jobflip::core::supervisor
