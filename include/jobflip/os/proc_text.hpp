#pragma once
/// Parses the files of /proc. A process chooses its own name, and may vanish in the middle of a
/// read: whatever the text is, the result is what could be parsed, or nothing.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobflip::os {

/// Of /proc/PID/stat.
struct ProcStat {
  pid_t pid{};
  std::string name;  // as the process set it: any bytes
  char state{};
  pid_t parent{};
  std::int64_t cpu_ticks{};  // of itself, in user and kernel mode
  std::int64_t rss_pages{};
};
std::optional<ProcStat> parse_stat(std::string_view text);

/// What a link of /proc/PID/fd leads to. Never more than the kind of a file: its path is not kept.
enum class FileKind { socket, pipe, regular, anon, device };
const char* name_of(FileKind kind);
FileKind kind_of_link(std::string_view link);
/// The inode of "socket:[123]".
std::optional<std::uint64_t> socket_inode(std::string_view link);

/// A line of /proc/PID/net/tcp or tcp6; the heading is none.
struct TcpLine {
  std::string local;  // "10.0.0.5:2525", "[::1]:25"
  std::string remote;
  std::string state;
  std::uint64_t send_queue{};  // bytes
  std::uint64_t receive_queue{};
  std::uint64_t inode{};
};
std::optional<TcpLine> parse_tcp_line(std::string_view line);

/// The frames of /proc/PID/stack, without their addresses, the innermost first.
std::vector<std::string> parse_stack(std::string_view text, std::size_t most);

/// The kernel function of /proc/PID/wchan: "" if there is none, or none that we may know.
std::string parse_wait_channel(std::string_view text);

/// Of a file like memory.pressure: in per cent of the last 10 s.
struct Pressure {
  std::optional<double> some_avg10;
  std::optional<double> full_avg10;
};
Pressure parse_pressure(std::string_view text);

/// The number behind a word, as cpu.stat has them: "usage_usec 1234".
std::optional<std::uint64_t> number_after(std::string_view text, std::string_view word);

/// A whole number and nothing else (but for a line break behind it).
template <class Number>
std::optional<Number> whole_number(std::string_view text, int base = 10);

}  // namespace jobflip::os
