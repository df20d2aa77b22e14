/// The fault campaign on real parts.
///
///   faults [--minutes N | --seconds N] [--seed S] [--only KIND]... [--folder DIR] [--list]
///
/// Ends with 0 where nothing was found, 1 where something was (the evidence and the logs stay in
/// the folder that it names), 2 where it was not called well, 3 where this machine stood still for
/// longer than a guard has: such a run says nothing.

#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "faults/campaign.hpp"

namespace {

using namespace jobflip;

constexpr Millis kGuardMargin{500};

struct Words {
  faults::CampaignSettings campaign;
  std::string folder;
  bool list{false};
};

std::int64_t number(const std::string& name, const std::string& text) {
  std::size_t used = 0;
  const auto value = std::stoll(text, &used);
  if (used != text.size() || value < 0)
    throw std::runtime_error(name + " is \"" + text + "\": give a whole number");
  return value;
}

Words parse(int argc, char** argv) {
  Words words;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--list") {
      words.list = true;
      continue;
    }
    if (i + 1 == argc) throw std::runtime_error(name + " needs a value, or is not known");
    const std::string value = argv[++i];
    if (name == "--minutes") {
      words.campaign.length = Millis{number(name, value) * 60'000};
    } else if (name == "--seconds") {
      words.campaign.length = Millis{number(name, value) * 1000};
    } else if (name == "--seed") {
      words.campaign.seed = static_cast<std::uint64_t>(number(name, value));
    } else if (name == "--only") {
      words.campaign.only.push_back(value);
    } else if (name == "--folder") {
      words.folder = value;
    } else {
      throw std::runtime_error(name +
                               " is not known: --minutes --seconds --seed --only --folder "
                               "--list");
    }
  }
  return words;
}

std::string folder_of(const Words& words) {
  if (!words.folder.empty()) return words.folder;
  std::string path = "/tmp/jobflip-faults-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("cannot make a folder in /tmp");
  return path;
}

int run(const Words& words) {
  const auto folder = folder_of(words);
  std::printf("faults: seed %llu, %.0f s, in %s\n",
              static_cast<unsigned long long>(words.campaign.seed),
              static_cast<double>(words.campaign.length.count()) / 1000, folder.c_str());
  const auto outcome = faults::run_campaign(words.campaign, folder);
  if (!outcome.clean()) std::printf("  evidence and logs: %s\n", folder.c_str());
  std::fputs(faults::report_of(outcome).c_str(), stdout);
  if (!outcome.clean()) return outcome.longest_slip > kGuardMargin ? 3 : 1;
  if (words.folder.empty()) std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  setvbuf(stdout, nullptr, _IOLBF, 0);  // a line is progress, also into a file
  const auto words = parse(argc, argv);
  if (!words.list) return run(words);
  for (const auto& kind : faults::kinds_of({})) std::printf("%s\n", kind.name);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "faults: %s\n", error.what());
  return 2;
}
