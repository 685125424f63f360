// What the server says about itself, for the operator: one line an event on stderr, typed fields,
// no overload for a secret. Requests are not here: they are on the audit log. Thread-safe.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace spdlog {
class logger;
}

namespace rookery::cli {

enum class LogLevel : std::uint8_t { error, warning, info, debug };
enum class LogFormat : std::uint8_t { text, json };

struct LogField {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, std::uint64_t, bool> value;
};

class OperatorLog {
 public:
    OperatorLog(LogLevel least, LogFormat format);
    ~OperatorLog();
    OperatorLog(const OperatorLog&) = delete;
    OperatorLog& operator=(const OperatorLog&) = delete;

    /// `event` is a constant of the program ("listening"); what varies goes into fields.
    void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {})
        const;

 private:
    LogFormat format_;
    std::shared_ptr<spdlog::logger> sink_;
};

/// One line without its end: "2026-02-03T04:05:06Z info listening address=127.0.0.1:8443", or the
/// same as a JSON object. Control characters are escaped, blanks in text are quoted.
[[nodiscard]] std::string render_log_line(
    LogFormat format, std::string_view time, LogLevel level, std::string_view event,
    std::initializer_list<LogField> fields
);

[[nodiscard]] LogLevel log_level_of(std::string_view word);  // of a checked option
[[nodiscard]] LogFormat log_format_of(std::string_view word);

}  // namespace rookery::cli
