// Tokens where they do not belong: text columns are listed, logged and synced in clear, so a text that
// holds a token is refused. What counts as a token is what the same request puts into a sealed column, and
// what has the form of this vault's own credentials.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "pipeline/input.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace rookery::messages {

/// The tokens of one request. Points to them: they must outlive it. Not thread-safe.
class PastedTokens {
 public:
    void add(const SecretBytes& token);

    /// Whether `text` is one of them, blanks around both left aside, or holds one whole that is too long
    /// to stand there by chance, or holds a credential of this vault. With n tokens of m bytes in all it
    /// takes log(n) comparisons at each character of the text, after m log(n) once, for any tokens and text.
    [[nodiscard]] bool stand_in(std::string_view text);

 private:
    struct Core {
        const SecretBytes* token;
        std::size_t from, size;  // without the blanks around it

        /// `use` is called with its text.
        template <class F>
        decltype(auto) expose(F&& use) const {
            return token->expose([&](ByteView bytes) {
                return std::forward<F>(use)(text_of(bytes.subspan(from, size)));
            });
        }
    };

    void sort();
    [[nodiscard]] bool is_one(std::string_view text) const;
    [[nodiscard]] bool holds_one(std::string_view text) const;

    std::vector<Core> short_;  // both ascending once sorted
    std::vector<Core> long_;   // and here none begins with another
    bool sorted_ = true;
};

/// Looks at every row of a message twice: for its tokens, then for its texts. The rows outlive it.
/// Errc::invalid_argument, naming the column, for a text that holds a token.
class PastedTokenCheck {
 public:
    void add(const Input& input);
    [[nodiscard]] Result<void> check(const Input& input);
    [[nodiscard]] Result<void> check(const Target& target);  // its key
    [[nodiscard]] Result<void> check(std::string_view parameter, std::string_view text);

 private:
    PastedTokens tokens_;
};

}  // namespace rookery::messages
