#pragma once
/// Draws random states and compares what PostgreSQL answers. A rule that is written in two places
/// is checked on thousands of states. The seed is printed; $JOBFLIP_SEED repeats a run.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "contract/pg_fixture.hpp"

namespace jobflip::test {

class Generated {
 public:
  Generated() { std::printf("JOBFLIP_SEED=%u\n", seed_); }

  unsigned seed() const { return seed_; }

  /// Draws `count` states and sends the scripts of `per_call` of them at a time. Each script
  /// prints one line "row|ANSWER", which is passed to compare(state, answer, number); numbers
  /// start at 1. Stops after the first call with a failure.
  template <typename Draw, typename ScriptOf, typename Compare>
  void run(PgStore& store, int count, int per_call, const Draw& draw, const ScriptOf& script_of,
           const Compare& compare) {
    constexpr std::string_view kRow = "row|";
    for (int first = 0; first < count && !testing::Test::HasFailure(); first += per_call) {
      std::vector<decltype(draw(random_))> states;
      std::string script;
      for (int i = 0; i < per_call; ++i) {
        states.push_back(draw(random_));
        script += script_of(states.back());
      }
      std::istringstream answers(store.sql(script));
      std::size_t next = 0;
      for (std::string line; std::getline(answers, line);) {
        if (!line.starts_with(kRow)) continue;
        const auto& state = states.at(next++);
        compare(state, line.substr(kRow.size()), first + static_cast<int>(next));
      }
      ASSERT_EQ(next, states.size()) << "a statement failed";
    }
  }

 private:
  static unsigned given_or_new() {
    const char* given = std::getenv("JOBFLIP_SEED");
    return given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
  }

  unsigned seed_{given_or_new()};
  std::mt19937 random_{seed_};
};

}  // namespace jobflip::test
