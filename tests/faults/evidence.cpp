#include "faults/evidence.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace jobflip::faults {
namespace {

namespace fs = std::filesystem;
using Fields = std::vector<std::string>;

Fields split(const std::string& line, char by) {
  Fields fields;
  for (std::size_t begin = 0; begin <= line.size();) {
    const auto end = std::min(line.find(by, begin), line.size());
    fields.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return fields;
}

std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty())
    throw std::runtime_error("\"" + text + "\" is not a number");
  return value;
}

std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

void each_row(const std::string& path, std::size_t columns,
              const std::function<void(const Fields&)>& take) {
  std::istringstream text(read_all(path));
  int at = 0;
  for (std::string line; std::getline(text, line);) {
    ++at;
    const Fields fields = split(line, '\t');
    try {
      if (fields.size() != columns) throw std::runtime_error("wrong number of columns");
      take(fields);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(path + ":" + std::to_string(at) + ": " + error.what());
    }
  }
}

void take_line(WorkerFile& file, const std::string& line) {
  const Fields words = split(line, ' ');
  if (words[0] == "worker" && words.size() == 5) {
    file.node = words[1];
    file.pid = static_cast<pid_t>(number(words[2]));
    file.epoch = number(words[3]);
    file.ticks.push_back(number(words[4]));
  } else if (words.size() != 2) {
    throw std::runtime_error("\"" + line + "\" is not a line of a worker");
  } else if (words[0] == "t") {
    file.ticks.push_back(number(words[1]));
  } else if (words[0] == "p") {
    file.performed.push_back(number(words[1]));
  } else if (words[0] == "c") {
    file.acknowledged.push_back(number(words[1]));
  } else if (words[0] == "r") {
    ++file.refused;
    file.ticks.push_back(number(words[1]));
  } else {
    throw std::runtime_error("\"" + line + "\" is not a line of a worker");
  }
}

}  // namespace

const std::vector<Export>& exports() {
  static const std::vector<Export> all{
      {"commits", "select serial, epoch, node from app.done order by serial"},
      {"events",
       "select chain, seq, kind, coalesce(node, ''), coalesce(flip, 0), coalesce(epoch, 0), "
       "encode(hash, 'hex'), coalesce(payload::json->>'to_state', ''), "
       "coalesce(payload::json->>'request', '') from jobflip_data.audit_event order by chain, seq"},
      {"flips", "select id, state, (ended_at is not null)::int from jobflip_data.flip order by id"},
      {"steps", "select flip, seq, state from jobflip_data.flip_step order by flip, seq"},
      {"requests",
       "select request, accepted::int, coalesce(flip, 0) from jobflip_data.flip_request"},
      {"items", "select id, coalesce(done_serial, 0) from app.item order by id"},
      {"owner", "select epoch from jobflip_data.pool_owner where pool = 'mail'"}};
  return all;
}

WorkerFile read_worker(const std::string& path) {
  WorkerFile file;
  file.name = fs::path(path).filename().string();
  const std::string text = read_all(path);
  int at = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    ++at;
    const auto end = text.find('\n', begin);
    if (end == std::string::npos) break;  // cut off by a kill
    try {
      take_line(file, text.substr(begin, end - begin));
      if (file.epoch < 1) throw std::runtime_error("the file does not begin with its worker");
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(path + ":" + std::to_string(at) + ": " + error.what());
    }
    begin = end + 1;
  }
  return file;
}

Branch read_branch(const std::string& folder) {
  Branch b;
  b.name = fs::path(folder).filename().string();
  const auto table = [&](const char* name) { return folder + "/" + name + ".tsv"; };
  each_row(table("commits"), 3, [&](const Fields& f) {
    b.commits.push_back({number(f[0]), number(f[1]), f[2]});
  });
  each_row(table("events"), 9, [&](const Fields& f) {
    b.events.push_back(
        {f[0], number(f[1]), f[2], f[3], number(f[4]), number(f[5]), f[6], f[7], f[8]});
  });
  each_row(table("flips"), 3, [&](const Fields& f) {
    b.flips.push_back({number(f[0]), f[1], number(f[2]) != 0});
  });
  each_row(table("steps"), 3, [&](const Fields& f) {
    b.steps.push_back({number(f[0]), number(f[1]), f[2]});
  });
  each_row(table("requests"), 3, [&](const Fields& f) {
    b.requests.push_back({f[0], number(f[1]) != 0, number(f[2])});
  });
  each_row(table("items"), 2, [&](const Fields& f) {
    b.items.push_back({number(f[0]), number(f[1])});
  });
  each_row(table("owner"), 1, [&](const Fields& f) { b.owner_epoch = number(f[0]); });
  return b;
}

Evidence read_evidence(const std::string& folder) {
  Evidence all;
  for (const auto& entry : fs::directory_iterator(folder + "/workers")) {
    auto file = read_worker(entry.path().string());
    if (!file.ticks.empty()) all.workers.push_back(std::move(file));
  }
  for (int n = 1; fs::exists(folder + "/branch-" + std::to_string(n)); ++n)
    all.branches.push_back(read_branch(folder + "/branch-" + std::to_string(n)));
  if (fs::exists(folder + "/thaws.tsv"))
    each_row(folder + "/thaws.tsv", 2, [&](const Fields& f) {
      all.thaws.push_back({f[0], number(f[1])});
    });
  return all;
}

}  // namespace jobflip::faults
