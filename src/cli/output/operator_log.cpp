#include "cli/output/operator_log.hpp"

#include "base/clock.hpp"
#include "cli/output/console.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace rookery::cli {
namespace {

std::string_view word(LogLevel level) {
    switch (level) {
        case LogLevel::error:
            return "error";
        case LogLevel::warning:
            return "warning";
        case LogLevel::info:
            return "info";
        case LogLevel::debug:
            return "debug";
    }
    return "info";
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
    switch (level) {
        case LogLevel::error:
            return spdlog::level::err;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::debug:
            return spdlog::level::debug;
    }
    return spdlog::level::info;
}

std::string text_value(std::string_view text) {
    auto shown = printable(text);
    if (!shown.empty() && shown.find_first_of(" =\"") == std::string::npos) return shown;
    std::string quoted{"\""};
    for (const char c : shown) {
        if (c == '"') quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

}  // namespace

std::string render_log_line(
    LogFormat format, std::string_view time, LogLevel level, std::string_view event,
    std::initializer_list<LogField> fields
) {
    if (format == LogFormat::json) {
        nlohmann::ordered_json line{{"time", time}, {"level", word(level)}, {"event", event}};
        for (const auto& field : fields) {
            std::visit(
                [&](const auto& value) { line[std::string{field.name}] = value; }, field.value
            );
        }
        return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    }
    auto line = fmt::format("{} {} {}", time, word(level), event);
    for (const auto& field : fields) {
        line += fmt::format(" {}=", field.name);
        if (const auto* text = std::get_if<std::string_view>(&field.value)) {
            line += text_value(*text);
        } else {
            std::visit(
                [&](const auto& value) {
                    if constexpr (!std::
                                      is_same_v<std::decay_t<decltype(value)>, std::string_view>) {
                        line += fmt::format("{}", value);
                    }
                },
                field.value
            );
        }
    }
    return line;
}

OperatorLog::OperatorLog(LogLevel least, LogFormat format)
    : format_(format),
      sink_(std::make_shared<spdlog::logger>(
          "rookery", std::make_shared<spdlog::sinks::stderr_sink_mt>()
      )) {
    sink_->set_pattern("%v");
    sink_->set_level(to_spdlog(least));
    sink_->flush_on(spdlog::level::trace);
}

OperatorLog::~OperatorLog() = default;

void OperatorLog::write(
    LogLevel level, std::string_view event, std::initializer_list<LogField> fields
) const {
    if (!sink_->should_log(to_spdlog(level))) return;
    const auto line =
        render_log_line(format_, to_iso8601(SystemClock{}.now()), level, event, fields);
    sink_->log(to_spdlog(level), "{}", line);
}

LogLevel log_level_of(std::string_view level) {
    if (level == "error") return LogLevel::error;
    if (level == "warning") return LogLevel::warning;
    return level == "debug" ? LogLevel::debug : LogLevel::info;
}

LogFormat log_format_of(std::string_view format) {
    return format == "json" ? LogFormat::json : LogFormat::text;
}

}  // namespace rookery::cli
