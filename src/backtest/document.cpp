#include "jobflip/backtest/document.hpp"

#include <nlohmann/json.hpp>

#include "jobflip/base/escape.hpp"
#include "jobflip/core/history.hpp"

namespace jobflip::backtest {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostReason = 2000;

Json seconds(Millis at) {
  if (at.count() % 1000 == 0) return at.count() / 1000;
  return static_cast<double>(at.count()) / 1000;
}

/// Of a store's readings only.
void add_of_store(Json& one, const WantedFlip& flip) {
  using core::HistoryKind;
  one["ended_by"] =
      flip.moved ? Json(core::name_of(flip.moved->flip ? HistoryKind::flip : HistoryKind::takeover))
      : flip.ended_by_itself ? Json("itself")
                             : Json{};
  one["flip"] = flip.moved && flip.moved->flip ? Json(flip.moved->flip->value) : Json{};
}

}  // namespace

DocumentWriter::DocumentWriter(std::ostream& out, std::optional<WallTime> origin)
    : out_(out), origin_(origin) {
  out_ << R"({"schema": 1, "verdicts": [)";
}

void DocumentWriter::add(const ReplayVerdict& said) {
  Json one{{"at_s", seconds(said.at)},
           {"verdict", core::name_of(said.verdict)},
           {"reason", printable(said.reason, kMostReason)}};
  if (origin_) one["at"] = rfc3339(*origin_ + said.at);
  out_ << (first_ ? "\n  " : ",\n  ") << one.dump();
  first_ = false;
}

void DocumentWriter::finish(const std::vector<WantedFlip>& flips) {
  out_ << "\n], \"flips\": [";
  bool first = true;
  for (const WantedFlip& flip : flips) {
    Json one{{"at_s", seconds(flip.at)},
             {"stuck_for_s", seconds(flip.stuck_for)},
             {"reason", printable(flip.reason, kMostReason)},
             {"ended_by_itself_after_s",
              flip.ended_by_itself ? seconds(*flip.ended_by_itself) : Json{}}};
    if (origin_) {
      one["at"] = rfc3339(*origin_ + flip.at);
      add_of_store(one, flip);
    }
    out_ << (first ? "\n  " : ",\n  ") << one.dump();
    first = false;
  }
  out_ << "\n]}\n";
}

}  // namespace jobflip::backtest
