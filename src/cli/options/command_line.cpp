#include "cli/options/command_line.hpp"

#include <CLI/CLI.hpp>

namespace rookery::cli {
namespace {

Option as(CLI::Option* option, Takes takes) { return Option{*option}.takes(takes); }

}  // namespace

Option Option::takes(Takes what) const {
    return Option{*option_->type_name(std::string{label_of(what)})};
}

Option Option::required() const { return Option{*option_->required()}; }

Option Option::capture_default_str() const { return Option{*option_->capture_default_str()}; }

Option Option::group(const std::string& name) const { return Option{*option_->group(name)}; }

Option Option::excludes(Option other) const { return Option{*option_->excludes(other.option_)}; }

Option Option::needs(Option other) const { return Option{*option_->needs(other.option_)}; }

Option Option::between(int low, int high) const {
    return Option{*option_->check(CLI::Range(low, high))};
}

Option Option::one_of(std::initializer_list<const char*> values) const {
    return Option{*option_->check(CLI::IsMember(values))}.takes(Takes::word);
}

Command Command::add_subcommand(const std::string& name, const std::string& about) const {
    return Command{*app_->add_subcommand(name, about)};
}

void Command::require_subcommand() const { app_->require_subcommand(1); }

void Command::callback(std::function<void()> chosen) const { app_->callback(std::move(chosen)); }

Option Command::add_option(const std::string& name, std::string& to, const std::string& about)
    const {
    return as(app_->add_option(name, to, about), Takes::text);
}

Option Command::add_option(const std::string& name, std::uint32_t& to, const std::string& about)
    const {
    return as(app_->add_option(name, to, about), Takes::number);
}

Option Command::add_option(
    const std::string& name, std::filesystem::path& to, const std::string& about
) const {
    return as(app_->add_option(name, to, about), Takes::file);
}

Option Command::add_option(
    const std::string& name, std::vector<std::string>& to, const std::string& about
) const {
    return as(app_->add_option(name, to, about), Takes::text);
}

Option Command::add_flag(const std::string& name, bool& to, const std::string& about) const {
    return Option{*app_->add_flag(name, to, about)};
}

}  // namespace rookery::cli
