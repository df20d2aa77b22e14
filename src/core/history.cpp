#include "jobflip/core/history.hpp"

#include <array>

namespace jobflip::core {

std::string_view name_of(HistoryKind kind) noexcept {
  switch (kind) {
    case HistoryKind::flip:
      return "flip";
    case HistoryKind::takeover:
      return "takeover";
    case HistoryKind::take:
      return "take";
    case HistoryKind::hold:
      return "hold";
    case HistoryKind::refused:
      return "refused";
    case HistoryKind::damaged:
      return "damaged";
  }
  return "?";
}

std::optional<HistoryKind> parse_history_kind(std::string_view name) noexcept {
  using enum HistoryKind;
  for (const HistoryKind kind : {flip, takeover, take, hold, refused, damaged})
    if (name == name_of(kind)) return kind;
  return std::nullopt;
}

bool is_flip_carried_out(const HistoryEntry& entry) noexcept {
  return entry.kind == HistoryKind::flip && entry.outcome != name_of(FlipState::aborted);
}

}  // namespace jobflip::core
