// What happens to the store.

#include "sim/fleet.hpp"

namespace jobflip::sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

void Fleet::strike_store(Fault fault) {
  Chance& chance = world_.chance;
  if (fault == Fault::store_outage) {
    world_.store_down_until = world_.time.now + chance.between(milliseconds{200}, seconds{40});
  } else if (fault == Fault::store_crash) {
    world_.store_down_until = world_.time.now + chance.between(milliseconds{200}, seconds{20});
    store_.crash();
  } else if (fault == Fault::promotion) {
    // The standby is where the primary was a moment ago: every commit from now on is lost.
    const auto older = std::make_shared<FakeRows>(world_.database.rows);
    world_.time.after(chance.between(milliseconds{10}, seconds{4}), [this, older] {
      if (!world_.faults_on) return;
      world_.say("store: a standby is promoted, the last commits are lost");
      world_.store_down_until =
          world_.time.now + world_.chance.between(milliseconds{200}, seconds{10});
      store_.be_replaced(*older);
    });
  } else if (fault == Fault::store_set_back) {
    const auto older = std::make_shared<FakeRows>(world_.database.rows);
    world_.time.after(chance.between(seconds{1}, seconds{60}), [this, older] {
      if (!world_.faults_on) return;
      world_.say("store: stopped cleanly, and an older copy of its files is started");
      world_.count(Fault::store_set_back);
      world_.store_down_until =
          world_.time.now + world_.chance.between(milliseconds{200}, seconds{10});
      store_.be_set_back(*older);
    });
    return;
  } else {
    return;
  }
  world_.count(fault);
}

}  // namespace jobflip::sim
