#include "guard/arguments.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "jobflip/base/escape.hpp"
#include "jobflip/base/ids.hpp"
#include "jobflip/guard/lease_page.hpp"

namespace jobflip::guard {
namespace {

constexpr const char* kHint =
    "jobflip-guard --page PATH --pool POOL --node NODE [--agent PID] [--no-cgroup] "
    "[--user NAME [--group NAME] [--supplementary-group NAME]...] [--bounding-set HEX] "
    "[--no-new-privileges] [--deny-calls NAME,...] -- COMMAND [ARGUMENT]...";

Error usage(std::string text) {
  return Error{ErrorCode::usage, std::move(text), kHint};
}

bool takes_value(std::string_view word) {
  constexpr std::array<std::string_view, 9> kThese{"--page",
                                                   "--pool",
                                                   "--node",
                                                   "--agent",
                                                   "--user",
                                                   "--group",
                                                   "--supplementary-group",
                                                   "--bounding-set",
                                                   "--deny-calls"};
  return std::ranges::find(kThese, word) != kThese.end();
}

Result<void> read_confinement(std::string_view word, std::string_view value, Confinement& out) {
  if (word == "--bounding-set") {
    const auto mask = parse_bounding_set(value);
    if (!mask) return usage(mask.error().text);
    out.bounding_set = *mask;
  }
  if (word == "--deny-calls") {
    auto filter = parse_denied_calls(value);
    if (!filter) return usage(filter.error().text);
    out.filter = std::move(*filter);
  }
  return {};
}

Result<Arguments> check(Arguments arguments) {
  if (!arguments.page.ends_with(kLeaseSuffix))
    return usage("--page \"" + printable(arguments.page, 200) + "\" does not end in .lease");
  if (const auto pool = PoolName::parse(arguments.pool, "--pool"); !pool)
    return usage(pool.error().text);
  if (const auto node = NodeName::parse(arguments.node, "--node"); !node)
    return usage(node.error().text);
  if (arguments.user.empty() && !(arguments.group.empty() && arguments.supplementary.empty()))
    return usage("--group and --supplementary-group want --user");
  if (arguments.command.empty()) return usage("there is no command behind --");
  if (!arguments.command[0].starts_with('/'))
    return usage("the command \"" + printable(arguments.command[0], 200) +
                 "\" is not an absolute path");
  return arguments;
}

}  // namespace

Result<Arguments> parse_arguments(int count, char** words) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string_view word{words[i]};
    if (word == "--") {
      arguments.command.assign(words + i + 1, words + count);
      break;
    }
    if (word == "--no-cgroup") {
      arguments.use_cgroup = false;
      continue;
    }
    if (word == "--no-new-privileges") {
      arguments.confinement.no_new_privileges = true;
      continue;
    }
    if (!takes_value(word)) return usage("unknown argument \"" + printable(word, 80) + "\"");
    if (++i == count) return usage(std::string{word} + " has no value");
    const std::string_view value{words[i]};
    if (word == "--page") arguments.page = value;
    if (word == "--pool") arguments.pool = value;
    if (word == "--node") arguments.node = value;
    if (word == "--user") arguments.user = value;
    if (word == "--group") arguments.group = value;
    if (word == "--supplementary-group") arguments.supplementary.emplace_back(value);
    if (auto read = read_confinement(word, value, arguments.confinement); !read)
      return read.error();
    if (word == "--agent") {
      const auto read = std::from_chars(value.data(), value.data() + value.size(), arguments.agent);
      if (read.ec != std::errc{} || read.ptr != value.data() + value.size() || arguments.agent <= 0)
        return usage("--agent \"" + printable(value, 40) + "\" is not a process number");
    }
  }
  return check(std::move(arguments));
}

}  // namespace jobflip::guard
