#include "faults/links.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace jobflip::faults {
namespace {

namespace asio = boost::asio;
using Socket = asio::generic::stream_protocol::socket;
constexpr auto kAnswer = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kLook{10};

/// The two ends of one connection. It lives as long as one of its pumps does.
struct Pair {
  Socket client;
  Socket store;
  std::shared_ptr<Wire> wire;

  void close() {
    boost::system::error_code ignored;
    client.close(ignored);
    store.close(ignored);
  }
};

void rethrow(const std::exception_ptr& error) {
  if (error) std::rethrow_exception(error);
}

asio::awaitable<void> pause_for(std::chrono::milliseconds how_long) {
  asio::steady_timer timer(co_await asio::this_coro::executor, how_long);
  co_await timer.async_wait(kAnswer);
}

/// How much of `size` may still pass. If that is less than `size`, the link breaks afterwards.
std::size_t allowed(Wire& wire, std::size_t size, bool up) {
  const std::int64_t left = wire.cut_after;
  if (up || left < 0) return size;
  const auto pass = std::min<std::int64_t>(left, static_cast<std::int64_t>(size));
  wire.cut_after = left - pass;
  return static_cast<std::size_t>(pass);
}

asio::awaitable<void> pump(std::shared_ptr<Pair> pair, bool up) {
  Socket& from = up ? pair->client : pair->store;
  Socket& to = up ? pair->store : pair->client;
  Wire& wire = *pair->wire;
  std::array<char, 16384> bytes{};
  for (;;) {
    const auto room = asio::buffer(bytes);
    const auto [read_error, got] = co_await from.async_read_some(room, kAnswer);
    if (read_error) break;
    if (const int delay = up ? wire.delay_up_ms : wire.delay_down_ms; delay > 0) {
      const std::chrono::milliseconds how_long{delay};
      co_await pause_for(how_long);
    }
    while (up ? wire.hold_up : wire.hold_down) co_await pause_for(kLook);
    const std::size_t pass = allowed(wire, got, up);
    const auto data = asio::buffer(bytes.data(), pass);
    const auto [write_error, written] = co_await asio::async_write(to, data, kAnswer);
    if (write_error || pass < got) break;
  }
  pair->close();
}

template <class Protocol>
asio::awaitable<void> serve(std::shared_ptr<typename Protocol::acceptor> acceptor,
                            std::shared_ptr<Wire> wire, std::string store) {
  const auto executor = co_await asio::this_coro::executor;
  for (;;) {
    auto [accept_error, client] = co_await acceptor->async_accept(kAnswer);
    if (accept_error == asio::error::operation_aborted) co_return;
    if (accept_error) continue;
    asio::local::stream_protocol::socket upstream(executor);
    const asio::local::stream_protocol::endpoint place(store);
    const auto [connect_error] = co_await upstream.async_connect(place, kAnswer);
    if (connect_error) continue;  // nobody listens: the client sees the connection close
    auto pair =
        std::make_shared<Pair>(Socket(std::move(client)), Socket(std::move(upstream)), wire);
    asio::co_spawn(executor, pump(pair, true), rethrow);
    asio::co_spawn(executor, pump(pair, false), rethrow);
  }
}

}  // namespace

void Wire::heal() {
  delay_up_ms = 0;
  delay_down_ms = 0;
  hold_up = false;
  hold_down = false;
  cut_after = -1;
}

Links::Links() : work_{loop_.get_executor()}, thread_{[this] { loop_.run(); }} {}

Links::~Links() {
  loop_.stop();
  thread_.join();
}

int Links::add_tcp(std::shared_ptr<Wire> wire, const std::string& address,
                   const std::string& store) {
  using tcp = asio::ip::tcp;
  const tcp::endpoint place(asio::ip::make_address(address), 0);
  auto acceptor = std::make_shared<tcp::acceptor>(loop_, place);
  const int port = acceptor->local_endpoint().port();
  asio::co_spawn(loop_, serve<tcp>(acceptor, std::move(wire), store), rethrow);
  return port;
}

void Links::add_local(std::shared_ptr<Wire> wire, const std::string& path,
                      const std::string& store) {
  using local = asio::local::stream_protocol;
  const local::endpoint place(path);
  auto acceptor = std::make_shared<local::acceptor>(loop_, place);
  asio::co_spawn(loop_, serve<local>(acceptor, std::move(wire), store), rethrow);
}

}  // namespace jobflip::faults
