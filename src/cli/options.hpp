#pragma once
/// The options and arguments of all verbs. A verb declares those that it takes; the others keep
/// their defaults.

#include <cstdint>
#include <string>
#include <vector>

namespace jobflip::cli {

enum class Format { table, json, tsv };
enum class ColorWhen { automatic, always, never };

/// The flip or the incident that is typed as "last": the newest.
inline constexpr std::int64_t kLast = -1;

/// Which events of the log are wanted; beside them --pool and --flip.
struct FilterWords {
  std::string since;
  std::string until;
  std::string node;
  std::string actor;
  std::string kind;
  std::string pool;  // of history, which takes a POOL as its argument, too
};

struct Options {
  // for every verb
  std::string store;
  std::string actor;
  std::string format{"table"};
  std::string color{"auto"};
  // for some verbs
  std::string pool;
  std::string node;
  std::string from;
  std::string to;
  std::string reason;
  std::string length;  // --for, --timeout, --interval: parsed where it is used
  std::string timeout;
  std::string interval{"2s"};
  std::string path;
  std::string output;
  std::string topic;
  std::string unit;
  std::string watchdog;
  std::string supervisor_path;
  std::string anchors;
  std::string before;
  int keep_months{0};  // 0: not given
  std::string csv;
  std::string settings;
  std::string plot;
  std::string queue;
  std::string since{"14d"};
  std::string database;
  std::string host;
  std::string conninfo;
  std::string auth{"password"};
  std::string folder;
  std::string name;
  std::vector<std::string> set;
  std::string warning_age;  // of check
  std::string critical_age;
  std::vector<std::string> ignored;
  std::vector<std::string> people;
  std::vector<std::string> workers;
  std::vector<std::string> readers;
  std::vector<std::string> probes;
  std::vector<std::string> units;      // POOL=UNIT
  std::vector<std::string> databases;  // NAME=CONNINFO
  std::int64_t flip{0};
  std::int64_t incident{0};
  std::int64_t into{0};
  std::string deployed;  // --version
  std::int64_t maintenance{0};
  std::string service;
  std::string incident_class;
  std::string severity;
  std::string perceptible;
  std::string downtime;
  std::string time_zone;
  std::string month;
  std::string target;
  FilterWords filter;
  std::vector<std::string> after;
  int limit{0};  // 0: not given
  int mails{300};
  bool all{false};
  bool dry_run{false};
  bool yes{false};
  bool no_wait{false};
  bool no_flip{false};
  bool host_is_off{false};
  bool watch{false};
  bool show_sql{false};
  bool show_plan{false};
  bool accept_copy{false};
  bool own_database{false};
  bool check{false};
  bool undo{false};
  bool polkit{false};
  bool black_box{false};
  bool readings{false};
  bool brief{false};
  bool wide{false};
  bool follow{false};
  bool open_only{false};
  std::vector<std::string> rest;  // of guard: handed on as they are
};

}  // namespace jobflip::cli
