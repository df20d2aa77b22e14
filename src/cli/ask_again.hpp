#pragma once
/// A change whose answer got lost is asked again: for calls that give the same answer to the same
/// question.

#include "cli/session.hpp"

namespace jobflip::cli {

/// `ask()`, at most three times: again after half a second if the store gave no answer, or could
/// not lock a row.
template <class Ask>
auto ask_again(Session& session, Ask ask) {
  constexpr int kAsks = 3;
  constexpr Millis kBetweenAsks{500};
  for (int asked = 1;; ++asked) {
    auto answer = ask();
    const bool again = !answer && asked < kAsks && !session.host().interrupted() &&
                       (answer.error().code == ErrorCode::store_timeout ||
                        answer.error().code == ErrorCode::store_unreachable ||
                        answer.error().code == ErrorCode::store_conflict);
    if (!again) return answer;
    session.host().wait(kBetweenAsks);
  }
}

}  // namespace jobflip::cli
