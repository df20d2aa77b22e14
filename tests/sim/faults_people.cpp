// What operators do during all the other faults.

#include <algorithm>

#include "sim/fleet.hpp"

namespace jobflip::sim {

using std::chrono::seconds;

void Fleet::person_flips(const NodeName& to, bool says_off) {
  const PoolName& pool = world_.plan.pool.name;
  const auto& owner = world_.database.rows.owners.at(pool);
  core::FlipRequest request;
  request.request = world_.next_uuid();
  request.pool = pool;
  if (owner.state == core::OwnerState::held) request.from = owner.holder;
  request.to = to;
  request.by.claimed_name = "alice";
  request.reason = "simulation";
  request.host_is_off = says_off;
  const auto ask = [&] {
    return store_.run([&](auto& database) { return database.request_flip("alice", request); });
  };
  const auto answer = ask();
  if (answer && answer->accepted) wake_all(core::hint_of(request));
  if (!world_.chance.one_in(0.2)) return;
  // The answer was lost, and the operator repeats the request.
  const auto again = ask();
  if (answer && again && (answer->accepted != again->accepted || answer->flip != again->flip))
    world_.violate("F-same-answer", "the same flip request got two answers");
}

/// Both operators saw the same state and want different nodes.
void Fleet::two_people_flip() {
  const std::size_t first = world_.chance.below(servers_.size());
  const std::size_t second =
      (first + 1 + world_.chance.below(servers_.size() - 1)) % servers_.size();
  person_flips(servers_[first]->host.name, false);
  person_flips(servers_[second]->host.name, false);
}

/// An operator applies another file: other timings, or one candidate fewer, if the rules allow it.
void Fleet::person_changes_pool() {
  core::PoolSettings pool = world_.plan.pool;
  const auto& rows = world_.database.rows;
  const NodeName& holder = rows.owners.at(pool.name).holder;
  if (world_.chance.one_in(0.5)) {
    const auto& flip = world_.database.open_flip(pool.name);
    std::size_t left = pool.candidates.size();
    std::erase_if(pool.candidates, [&](const core::Candidate& one) {
      const bool needed = one.node == holder || (flip != nullptr && flip->view.to == one.node);
      const bool goes = !needed && left > 2 && world_.chance.one_in(0.5);
      if (goes) --left;
      return goes;
    });
  }
  if (world_.chance.one_in(0.5)) pool.drain_timeout = Millis{1500};
  core::Fleet fleet = settings_of(world_.plan);
  fleet.pools = {pool};
  (void)store_.run([&](auto& database) {
    return database.apply("alice", fleet, {"alice", "simulation"}, false);
  });
}

/// Each machine on which an agent of that name ran, including a second one under the same name.
bool Fleet::every_host_is_off(const NodeName& node) const {
  const auto is_of = [&](const JobServer& server) {
    return server.host.name == node || server.second_agent.node() == node;
  };
  if (spare_ && spare_->host.up && is_of(*spare_)) return false;
  return std::ranges::any_of(servers_, [&](const auto& one) { return one->host.name == node; }) &&
         std::ranges::none_of(servers_,
                              [&](const auto& one) { return one->host.up && is_of(*one); });
}

/// An operator claims something about a host and later withdraws it. The claim is true for as long
/// as it is made.
void Fleet::strike_person(Fault fault) {
  if (world_.time.now < world_.store_down_until) return;
  world_.set_store_clock();
  const core::OperatorContext by{"alice", "simulation"};
  if (fault == Fault::person_flip) {
    person_flips(any_server().host.name, false);
  } else if (fault == Fault::two_people_flip) {
    two_people_flip();
  } else if (fault == Fault::person_says_off) {
    const NodeName holder = world_.database.rows.owners.at(world_.plan.pool.name).holder;
    if (!every_host_is_off(holder)) return;
    person_flips(any_server().host.name, true);
  } else if (fault == Fault::person_abort) {
    const auto* flip = world_.database.open_flip(world_.plan.pool.name);
    if (flip == nullptr) return;
    const FlipId id = flip->view.id;
    (void)store_.run([&](auto& database) { return database.abort_flip("alice", id, by); });
  } else if (fault == Fault::person_pause) {
    const Nanos length = world_.chance.between(seconds{1}, seconds{40});
    (void)store_.run([&](auto& database) {
      return database.pause("alice", {}, std::chrono::duration_cast<Millis>(length), by);
    });
  } else if (fault == Fault::person_drain) {
    const NodeName node = any_server().host.name;
    const bool drained = world_.chance.one_in(0.5);
    (void)store_.run([&](auto& database) { return database.drain("alice", node, drained, by); });
  } else if (fault == Fault::person_changes_pool) {
    person_changes_pool();
  } else {
    return;
  }
  world_.count(fault);
}

}  // namespace jobflip::sim
