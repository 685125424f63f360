#include "cli/words.hpp"

#include "cli/options/environment.hpp"
#include "cli/options/refuse_credential.hpp"
#include "cli/options/takes.hpp"
#include "cli/options/withheld.hpp"
#include "cli/output/console.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace rookery::cli {
namespace {

Takes takes_of(const CLI::Option& option) { return takes_of_label(option.get_type_name()); }

/// The options with a value of all commands, by their names with dashes.
std::map<std::string, Takes> named_options(const CLI::App& app) {
    std::map<std::string, Takes> out;
    for (const auto* command : all_commands(app)) {
        for (const auto* option : options_with_value(*command)) {
            for (const auto& name : option->get_lnames())
                out.emplace("--" + name, takes_of(*option));
        }
    }
    return out;
}

/// The flags of all commands, by their names with dashes.
std::set<std::string> named_flags(const CLI::App& app) {
    std::set<std::string> out;
    for (const auto* command : all_commands(app)) {
        for (const auto* option : command->get_options()) {
            if (option->get_expected_max() != 0) continue;
            for (const auto& name : option->get_lnames()) out.insert("--" + name);
            for (const auto& name : option->get_snames()) out.insert("-" + name);
        }
    }
    return out;
}

/// As the names of commands and options are made, and nothing that a person would choose as a secret.
bool could_be_a_name(std::string_view word) {
    constexpr std::size_t length_max = 24;
    while (word.starts_with('-')) word.remove_prefix(1);
    return !word.empty() && word.size() <= length_max &&
           std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

const CLI::App& chosen_in(const CLI::App& app) {
    const auto* chosen = &app;
    while (!chosen->get_subcommands().empty()) chosen = chosen->get_subcommands().front();
    return *chosen;
}

}  // namespace

std::vector<const CLI::App*> all_commands(const CLI::App& app) {
    std::vector<const CLI::App*> out{&app};
    for (const auto* below : app.get_subcommands([](const CLI::App*) { return true; })) {
        const auto more = all_commands(*below);
        out.insert(out.end(), more.begin(), more.end());
    }
    return out;
}

std::vector<const CLI::Option*> options_with_value(const CLI::App& command) {
    auto out = command.get_options();
    std::erase_if(out, [](const CLI::Option* option) { return option->get_expected_max() == 0; });
    return out;
}

std::string place_of(const CLI::Option& option) {
    if (!option.get_positional()) return option.get_name();
    auto name = option.get_name();
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return name;
}

void refuse_empty_values(CLI::App& app) {
    for (auto* option : app.get_options()) {
        if (option->get_expected_max() == 0) continue;
        // As a transformation, since those are asked before the option's own checks.
        const auto refuse_empty = [](const std::string& value) {
            const bool empty = value.find_first_not_of(" \t\r\n") == std::string::npos;
            return std::string{empty ? "the value is empty" : ""};
        };
        option->transform(CLI::Validator(refuse_empty, ""));
    }
    for (auto* below : app.get_subcommands([](const CLI::App*) { return true; })) {
        refuse_empty_values(*below);
    }
}

Result<void> check_words(const CLI::App& app, const std::vector<std::string>& words) {
    const auto known = named_options(app);
    const auto flags = named_flags(app);
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string_view value = words[i];
        auto place = fmt::format("argument {}", i + 1);
        auto takes = Takes::id;
        const auto equals = value.find('=');
        const auto name = words[i].substr(0, equals);
        auto option = known.find(name);
        if (option != known.end() && equals != std::string_view::npos) {
            value.remove_prefix(equals + 1);
            if (value.empty()) {
                return fail(Errc::usage, fmt::format("{}: the value is empty", name));
            }
        } else {
            option = i == 0 ? known.end() : known.find(words[i - 1]);
            if (option == known.end() && equals != std::string_view::npos && flags.contains(name)) {
                return fail(
                    Errc::usage,
                    fmt::format("{} takes no value", name),
                    fmt::format("write {} alone", name)
                );
            }
        }
        if (option != known.end()) {
            place = option->first;
            takes = option->second;
        }
        ROOKERY_CHECK(refuse_credential(value, place, takes));
    }
    return {};
}

Result<void> check_given(const CLI::App& app) {
    std::vector<std::string> reading;
    for (const auto* command : all_commands(app)) {
        for (const auto* option : options_with_value(*command)) {
            const auto takes = takes_of(*option);
            for (const auto& value : option->results()) {
                if (value == "-" && takes == Takes::new_file) {
                    return fail(
                        Errc::usage,
                        fmt::format("{}: standard output is no file to make", place_of(*option)),
                        command->get_name() == "export"
                            ? "without --out the rows go to standard output"
                            : "name a new file"
                    );
                }
                withhold_if_suspect(value, place_of(*option), takes);
                if (value == "-" && is_path(takes)) reading.push_back(place_of(*option));
            }
        }
    }
    for (const auto& variable : variables()) {
        const auto value = value_of(variable.variable);
        if (value) withhold_if_suspect(*value, variable.name, variable.takes);
    }
    if (reading.size() < 2) return {};
    return fail(
        Errc::usage,
        fmt::format("{} cannot all come from standard input", fmt::join(reading, " and ")),
        "name a file for all but one of them"
    );
}

Error what_is_wrong(
    const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& words
) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto place = fmt::format("argument {}", i + 1);
        withhold_if_suspect(words[i], place, Takes::id);
        // CLI11 repeats the value alone.
        const auto equals = words[i].find('=');
        if (!words[i].starts_with('-') || equals == std::string::npos) continue;
        withhold_if_suspect(std::string_view{words[i]}.substr(equals + 1), place, Takes::id);
    }
    const auto& chosen = chosen_in(app);
    auto command = chosen.get_name();
    for (const auto* above = chosen.get_parent(); above != nullptr; above = above->get_parent()) {
        command = fmt::format("{} {}", above->get_name(), command);
    }
    Error out{Errc::usage, error.what(), fmt::format("{} --help says what it takes", command)};
    const auto left = chosen.remaining();
    const bool group = chosen.get_require_subcommand_min() != 0;
    if (left.empty()) {
        if (group) out.message = fmt::format("{} needs a command", command);
        return out;
    }
    // CLI11 says of an unknown command only that one is required, and of the rest all of it.
    const auto name = left.front().substr(0, left.front().find('='));
    if ((group || name.starts_with('-')) && could_be_a_name(name)) {
        out.message = fmt::format("there is no command or option {}", name);
    } else if (group) {
        out.message = "there is no such command";
    } else {
        out.message = fmt::format("{} does not take so many arguments", command);
    }
    return out;
}

}  // namespace rookery::cli
