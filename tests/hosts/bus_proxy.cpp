/// Stands between a program and its host's real D-Bus, and treats the bus's answers as a file
/// says. Requests always pass, so every requested action happens.
///
///   bus_proxy SOCKET MODE-FILE DONE-FILE
///
/// The mode file is read again for each answer, and the first line that names the call counts.
/// Answers that no line names pass unchanged:
///   swallow METHOD...   answers to these calls are dropped ("*": everything from the bus)
///   delay MS METHOD...  they arrive that much later, and so does everything behind them
///   cut METHOD...       instead of the answer the connection ends, on both sides
/// Each answer that is treated in this way adds a line to DONE-FILE: "swallow StartUnit". Run the
/// proxy as the user of that program, because the bus checks the peer of its socket.

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <deque>
#include <fstream>
#include <list>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kBus = "/run/dbus/system_bus_socket";

struct Header {
  enum class Type : std::uint8_t { call = 1, answer = 2, error = 3, signal = 4 };
  Type type{};
  std::uint32_t serial{};
  std::uint32_t answers{};  // the serial of the call
  std::string member;
};

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t value{};
  if (at + 4 <= bytes.size()) std::memcpy(&value, bytes.data() + at, 4);
  return value;
}

std::size_t aligned(std::size_t at, std::size_t to) {
  return (at + to - 1) / to * to;
}

/// The length of the message that begins here; 0 while it is not yet known. "D-Bus Specification",
/// Message Format. Both sides run on this machine, so it is little-endian.
std::size_t length_of(const std::string& bytes) {
  if (bytes.size() < 16) return 0;
  return aligned(16 + number_at(bytes, 12), 8) + number_at(bytes, 4);
}

/// The header's fields are an array of (byte, variant), each aligned to 8.
Header header_of(const std::string& message) {
  constexpr char kMember = 3;
  constexpr char kAnswers = 5;
  Header header;
  header.type = static_cast<Header::Type>(message[1]);
  header.serial = number_at(message, 8);
  const std::size_t end = 16 + number_at(message, 12);
  std::size_t at = 16;
  while (at + 4 < end) {
    const char field = message[at];
    const char kind = message[at + 2];  // the signature is one letter: a length, it, a zero
    at += 4;
    if (kind == 'u') {
      if (field == kAnswers) header.answers = number_at(message, at);
      at += 4;
    } else if (kind == 'g') {
      at += static_cast<unsigned char>(message[at]) + 2U;
    } else {
      const std::size_t length = number_at(message, at);
      if (field == kMember) header.member = message.substr(at + 4, length);
      at += 4 + length + 1;
    }
    at = aligned(at, 8);
  }
  return header;
}

/// Removes the next complete piece: a message, or a line of the authentication (a zero byte, then
/// text in capitals; a message begins with an l). "" while there is none.
std::string take_piece(std::string& bytes) {
  std::size_t length = 0;
  if (!bytes.empty() && bytes[0] == '\0')
    length = 1;
  else if (!bytes.empty() && bytes[0] == 'l')
    length = length_of(bytes);
  else if (const auto end = bytes.find('\n'); end != std::string::npos)
    length = end + 1;
  if (length == 0 || length > bytes.size()) return "";
  std::string piece = bytes.substr(0, length);
  bytes.erase(0, length);
  return piece;
}

struct Mode {
  std::string what;
  std::chrono::milliseconds delay{0};
};

/// What to do to an answer to this call, by the first line that names it. "": nothing.
Mode mode_for(const std::string& file, const std::string& member) {
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);) {
    std::istringstream words{line};
    Mode mode;
    words >> mode.what;
    if (int ms = 0; mode.what == "delay" && words >> ms) mode.delay = std::chrono::milliseconds{ms};
    for (std::string word; words >> word;)
      if (word == "*" || word == member) return mode;
  }
  return {};
}

int dial(const char* path) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  std::strncpy(where.sun_path, path, sizeof where.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0) return fd;
  ::close(fd);
  return -1;
}

int listen_at(const char* path) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  std::strncpy(where.sun_path, path, sizeof where.sun_path - 1);
  ::unlink(path);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
  return bound && ::listen(fd, 64) == 0 ? fd : -1;
}

bool send_all(int fd, const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const auto got = ::send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (got < 0 && errno != EINTR) return false;
    if (got > 0) sent += static_cast<std::size_t>(got);
  }
  return true;
}

/// Reads more bytes from that side; false at its end.
bool receive(int fd, std::string& into) {
  char piece[16384];
  const auto got = ::recv(fd, piece, sizeof piece, 0);
  if (got < 0 && errno == EINTR) return true;
  if (got <= 0) return false;
  into.append(piece, static_cast<std::size_t>(got));
  return true;
}

class Connection {
 public:
  Connection(int program, int bus, std::string mode_file, std::string done_file)
      : program_{program},
        bus_{bus},
        mode_file_{std::move(mode_file)},
        done_{std::move(done_file)} {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    ::close(program_);
    ::close(bus_);
  }

  int program() const { return program_; }
  int bus() const { return bus_; }

  /// Returns false when the connection is over.
  bool on_request() {
    if (!receive(program_, requests_)) return false;
    for (auto piece = take_piece(requests_); !piece.empty(); piece = take_piece(requests_)) {
      if (piece[0] == 'l')
        if (const Header header = header_of(piece); header.type == Header::Type::call)
          calls_[header.serial] = header.member;
      if (!send_all(bus_, piece)) return false;
    }
    return true;
  }

  bool on_answer() {
    if (!receive(bus_, answers_)) return false;
    for (auto piece = take_piece(answers_); !piece.empty(); piece = take_piece(answers_))
      if (!treat(std::move(piece))) return false;
    return true;
  }

  bool deliver() {
    while (!later_.empty() && later_.front().first <= Clock::now()) {
      if (!send_all(program_, later_.front().second)) return false;
      later_.pop_front();
    }
    return true;
  }

 private:
  bool treat(std::string piece) {
    if (piece[0] != 'l') return send_all(program_, piece);
    const Header header = header_of(piece);
    std::string member = header.member;
    if (const auto call = calls_.extract(header.answers)) member = call.mapped();
    const Mode mode = mode_for(mode_file_, member);
    if (!mode.what.empty())
      std::ofstream{done_, std::ios::app} << mode.what + " " + member + "\n" << std::flush;
    if (mode.what == "cut") return false;
    if (mode.what == "swallow") return true;
    if (mode.what != "delay" && later_.empty()) return send_all(program_, piece);
    later_.emplace_back(Clock::now() + mode.delay, std::move(piece));
    return true;
  }

  int program_;
  int bus_;
  std::string mode_file_;
  std::string done_;
  std::string requests_;
  std::string answers_;
  std::map<std::uint32_t, std::string> calls_;  // serial -> method
  std::deque<std::pair<Clock::time_point, std::string>> later_;
};

}  // namespace

int main(int argc, char** argv) {
  const int listener = argc == 4 ? listen_at(argv[1]) : -1;
  if (listener < 0) return 2;
  std::list<Connection> all;
  for (;;) {
    std::vector<pollfd> fds{{listener, POLLIN, 0}};
    for (const auto& one : all) {
      fds.push_back({one.program(), POLLIN, 0});
      fds.push_back({one.bus(), POLLIN, 0});
    }
    ::poll(fds.data(), fds.size(), 10);
    std::size_t at = 1;
    for (auto one = all.begin(); one != all.end(); at += 2) {
      const bool goes_on = (fds[at].revents == 0 || one->on_request()) &&
                           (fds[at + 1].revents == 0 || one->on_answer()) && one->deliver();
      one = goes_on ? std::next(one) : all.erase(one);
    }
    if (fds[0].revents == 0) continue;
    const int program = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    const int bus = dial(kBus);
    if (program >= 0 && bus >= 0) {
      all.emplace_back(program, bus, argv[2], argv[3]);
    } else {
      for (const int fd : {program, bus})
        if (fd >= 0) ::close(fd);
    }
  }
}
