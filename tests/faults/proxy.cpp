#include "faults/proxy.hpp"

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <chrono>

namespace jobflip::faults {

namespace asio = boost::asio;

/// What the loop and the thread that makes trouble share.
struct Proxy::State {
  std::atomic<Trouble> trouble{Trouble::none};
  std::atomic<int> amount{0};
};

namespace {

using Client = asio::ip::tcp::socket;
using Store = asio::local::stream_protocol::socket;
using boost::system::error_code;

constexpr auto kLookAgain = std::chrono::milliseconds{10};

/// One connection, with a pump for each direction; it ends as a whole.
class Link : public std::enable_shared_from_this<Link> {
 public:
  Link(Client client, Store store, std::shared_ptr<Proxy::State> state)
      : client_{std::move(client)},
        store_{std::move(store)},
        state_{std::move(state)},
        to_store_{asio::steady_timer{client_.get_executor()}, {}, 0, true},
        to_client_{asio::steady_timer{client_.get_executor()}, {}, 0, false} {}

  void run() {
    read(client_, store_, to_store_);
    read(store_, client_, to_client_);
  }

 private:
  struct Pump {
    asio::steady_timer timer;
    std::array<char, 16384> buffer;
    std::size_t size;
    bool is_to_store;
  };

  bool is_dead(const Pump& pump) const {
    const auto trouble = state_->trouble.load();
    return trouble == Trouble::black_hole ||
           (trouble == Trouble::deaf_to_store && pump.is_to_store) ||
           (trouble == Trouble::deaf_to_process && !pump.is_to_store);
  }

  void close() {
    error_code ignored;
    client_.close(ignored);
    store_.close(ignored);
    to_store_.timer.cancel();
    to_client_.timer.cancel();
  }

  template <class From, class To>
  void read(From& from, To& to, Pump& pump) {
    from.async_read_some(asio::buffer(pump.buffer), [self = shared_from_this(), &from, &to, &pump](
                                                        error_code failed, std::size_t size) {
      if (failed) return self->close();
      pump.size = size;
      const bool slow = self->state_->trouble == Trouble::slow;
      self->pass_after(std::chrono::milliseconds{slow ? self->state_->amount.load() : 0}, from, to,
                       pump);
    });
  }

  template <class From, class To>
  void pass_after(std::chrono::milliseconds wait, From& from, To& to, Pump& pump) {
    if (wait.count() == 0 && !is_dead(pump)) return pass(from, to, pump);
    pump.timer.expires_after(is_dead(pump) ? kLookAgain : wait);
    pump.timer.async_wait([self = shared_from_this(), &from, &to, &pump](error_code failed) {
      if (failed) return;
      self->pass_after(std::chrono::milliseconds{0}, from, to, pump);
    });
  }

  template <class From, class To>
  void pass(From& from, To& to, Pump& pump) {
    const auto trouble = state_->trouble.load();
    if (trouble == Trouble::refuse) return close();
    const auto limit = static_cast<std::size_t>(std::max(0, state_->amount.load()));
    const bool breaks = trouble == Trouble::cut && passed_ + pump.size > limit;
    const auto size = breaks ? limit - std::min(limit, passed_) : pump.size;
    passed_ = trouble == Trouble::cut ? passed_ + pump.size : 0;
    asio::async_write(
        to, asio::buffer(pump.buffer.data(), size),
        [self = shared_from_this(), &from, &to, &pump, breaks](error_code failed, std::size_t) {
          if (failed || breaks) return self->close();
          self->read(from, to, pump);
        });
  }

  Client client_;
  Store store_;
  std::shared_ptr<Proxy::State> state_;
  Pump to_store_;
  Pump to_client_;
  std::size_t passed_{0};  // since cutting began
};

}  // namespace

Proxy::Proxy(asio::io_context& loop, std::function<std::string()> upstream)
    : acceptor_{loop, {asio::ip::address_v4::loopback(), 0}},
      upstream_{std::move(upstream)},
      state_{std::make_shared<State>()},
      port_{acceptor_.local_endpoint().port()} {
  accept();
}

Proxy::~Proxy() {
  error_code ignored;
  acceptor_.close(ignored);
}

void Proxy::set(Trouble trouble, int amount) noexcept {
  state_->amount = amount;
  state_->trouble = trouble;
}

void Proxy::accept() {
  acceptor_.async_accept([this](error_code failed, Client client) {
    if (failed) return;
    error_code ignored;
    client.set_option(asio::ip::tcp::no_delay{true}, ignored);
    Store store{client.get_executor()};
    error_code refused;
    if (state_->trouble != Trouble::refuse)
      store.connect(asio::local::stream_protocol::endpoint{upstream_()}, refused);
    if (store.is_open() && !refused)
      std::make_shared<Link>(std::move(client), std::move(store), state_)->run();
    accept();
  });
}

}  // namespace jobflip::faults
