// A command of the program and its options. Stands between the subcommands and CLI11, whose
// templates take the compiler ten seconds in every file that makes an option.
#pragma once

#include "cli/options/takes.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace rookery::cli {

/// An option that was added to a Command; lives as long as it.
class Option {
 public:
    explicit Option(CLI::Option& option) : option_(&option) {}

    Option required() const;
    /// What belongs in it, for help and for what judges its value.
    Option takes(Takes what) const;
    /// The variable's present value is the default, and help says so.
    Option capture_default_str() const;
    /// The heading in help.
    Option group(const std::string& name) const;
    /// Not together with `other`.
    Option excludes(Option other) const;
    /// Only together with `other`.
    Option needs(Option other) const;
    Option between(int low, int high) const;
    Option one_of(std::initializer_list<const char*> values) const;

 private:
    CLI::Option* option_;
};

/// Variables that options write to must outlive the parsing.
class Command {
 public:
    Command(CLI::App& app) : app_(&app) {}  // NOLINT(google-explicit-constructor)

    Command add_subcommand(const std::string& name, const std::string& about) const;
    /// Exactly one subcommand must be given.
    void require_subcommand() const;
    /// Runs when the line that chose this command was understood.
    void callback(std::function<void()> chosen) const;

    /// `name` with two dashes for an option, without for a position. Takes::text, a number Takes::number,
    /// a path Takes::file, until takes() says otherwise.
    Option add_option(const std::string& name, std::string& to, const std::string& about) const;
    Option add_option(const std::string& name, std::uint32_t& to, const std::string& about) const;
    Option add_option(const std::string& name, std::filesystem::path& to, const std::string& about)
        const;
    /// May be given several times.
    Option add_option(
        const std::string& name, std::vector<std::string>& to, const std::string& about
    ) const;
    Option add_flag(const std::string& name, bool& to, const std::string& about) const;

 private:
    CLI::App* app_;
};

}  // namespace rookery::cli
