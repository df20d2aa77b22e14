#pragma once
/// The kinds of faults. A fault hits the cluster at once and lasts for a while; then it is healed.

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "faults/test_cluster.hpp"

namespace jobflip::faults {

/// Every choice of a campaign is drawn here, so that a seed gives the same choices again.
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : engine_{seed} {}
  /// Inclusive at both ends. A plain remainder, because it gives the same numbers with every
  /// standard library.
  int between(int low, int high) {
    return low + static_cast<int>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool one_in(int n) { return between(1, n) == 1; }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(between(0, static_cast<int>(from.size()) - 1))];
  }

 private:
  std::mt19937_64 engine_;
};

/// The part of the cluster that a fault hits. Two faults at once hit different parts.
enum class Touch { process, store, wire, clock, people };

struct Strike {
  std::string what;  // whom and how, in a few words
  int lasts_ms{};
  std::function<void()> heal;
  bool hit{true};  // false: the target was not there
};

struct Kind {
  const char* name;
  Touch touch;
  Strike (*strike)(TestCluster& cluster, Rng& rng);
};

/// All kinds that are available on this cluster.
std::vector<Kind> kinds(TestCluster& cluster);
std::vector<Kind> process_kinds();
std::vector<Kind> file_kinds();
std::vector<Kind> store_kinds(bool has_clock);
std::vector<Kind> wire_kinds(bool has_network);

/// The active node in most cases, else any node.
std::string draw_node(TestCluster& cluster, Rng& rng);
/// Waits for a condition, or for a while, and keeps the campaign's daemons running.
bool wait_until(TestCluster& cluster, int at_most_ms, const std::function<bool()>& holds);
void wait_for(TestCluster& cluster, int ms);

/// Requests a flip by hand and does not wait for its end.
void ask_for_flip(TestCluster& cluster, const std::string& who);

}  // namespace jobflip::faults
