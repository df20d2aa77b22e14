#pragma once
/// A PostgreSQL of a test's own: initdb in a temporary folder, unix socket only, as an
/// unprivileged user where the test runs as root, durable as in production (fsync on). It ends with
/// the object, and with the test's process however that dies.
///
/// Everything has a bound; what can't be done in time throws std::runtime_error, which fails the
/// test.

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace jobflip::test {

class PgCluster {
 public:
  /// What a copy of another server is: it follows that one, or it is one that was restored.
  enum class Copy { standby, restored };

  /// `settings`: further lines of postgresql.conf. `launcher`: words before the server's own, such
  /// as "/usr/bin/env NAME=VALUE".
  explicit PgCluster(const std::vector<std::string>& settings = {},
                     std::vector<std::string> launcher = {});
  /// By pg_basebackup, while `original` runs.
  PgCluster(const PgCluster& original, Copy kind);
  ~PgCluster();
  PgCluster(const PgCluster&) = delete;
  PgCluster& operator=(const PgCluster&) = delete;

  /// A connection string for `login`; no password is asked.
  std::string conninfo(const std::string& login = "postgres",
                       const std::string& database = "postgres") const;

  /// Runs SQL as superuser through psql; what it printed, unaligned, without the last line break.
  std::string sql(const std::string& statements, const std::string& database = "postgres") const;
  /// A database `to` with all that a dump of `from` holds.
  void restore_dump(const std::string& from, const std::string& to) const;

  void start();
  /// "fast", "immediate" (as a power cut: nothing is flushed) or "smart".
  void stop(const std::string& mode = "fast");
  pid_t pid() const noexcept { return pid_; }
  const std::string& folder() const noexcept { return folder_; }

 private:
  void make_folder();
  void configure(const std::vector<std::string>& settings);
  bool ended_within(std::chrono::milliseconds limit);

  std::string folder_;  // data/ and the socket are in it
  std::vector<std::string> launcher_;
  pid_t pid_{-1};
};

/// Tries `condition` until it holds; false where it does not within `limit`.
bool eventually(const std::function<bool()>& condition,
                std::chrono::milliseconds limit = std::chrono::seconds{10});

/// One cluster for the whole test program with the schema in a template database, and the logins
/// job1, job2, job3, stranger (agents), sup1, sup2, ops1, reader1, worker1, nobody1 (of no group).
class StoreCluster {
 public:
  /// `init` is given a superuser's connection string and puts the schema into that database.
  static StoreCluster& shared(const std::function<void(const std::string& conninfo)>& init);

  explicit StoreCluster(const std::function<void(const std::string& conninfo)>& init,
                        const std::vector<std::string>& settings = {},
                        std::vector<std::string> launcher = {});

  /// A database as `init` left it: its name. It is one and the same, emptied; the sessions of the
  /// test before must be closed.
  std::string fresh_database();
  /// One more database, for a test that does to it what emptying does not undo.
  std::string own_database();
  PgCluster& pg() noexcept { return pg_; }

 private:
  PgCluster pg_;
  bool has_emptied_{false};
  int databases_{0};
};

}  // namespace jobflip::test
