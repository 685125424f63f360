// What is judged of a command line as a whole, for every option of every command alike: no secret in it, no
// empty value, standard input read once at most.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
class ParseError;
}  // namespace CLI

namespace rookery::cli {

/// `app` and every command below it, in the order of help.
[[nodiscard]] std::vector<const CLI::App*> all_commands(const CLI::App& app);

/// Those that take a value, positions included.
[[nodiscard]] std::vector<const CLI::Option*> options_with_value(const CLI::App& command);

/// "--user", or "HANDLE" for a position.
[[nodiscard]] std::string place_of(const CLI::Option& option);

/// Lets no option of any command take an empty value.
void refuse_empty_values(CLI::App& app);

/// Before anything is parsed: Errc::usage for a word with a credential's own form, which is not repeated, for
/// `--option=` with nothing behind it, which would take the next word, and for a flag with a value.
[[nodiscard]] Result<void> check_words(const CLI::App& app, const std::vector<std::string>& words);

/// After it was parsed: Errc::usage when two options want standard input, or one would make a file called "-". What may be a secret is withheld from
/// every error that comes (withheld.hpp).
[[nodiscard]] Result<void> check_given(const CLI::App& app);

/// What a line that cannot be parsed is told; of its words only those that could be names of commands and options.
[[nodiscard]] Error what_is_wrong(
    const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& words
);

}  // namespace rookery::cli
