// Result<T>: what every function that can fail for an expected reason returns.
//
// Exceptions are for bugs and exhausted memory only; docs/ARCHITECTURE.md says where they are
// caught. `Error::message` and `Error::hint` are safe to show to the caller: they name
// columns, options and files, never a value that a request carried.
#pragma once

#include "base/errc.hpp"

#include <boost/assert/source_location.hpp>
#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace rookery {

struct Error {
    Errc code = Errc::internal;
    std::string message;
    std::string hint;  // what an operator can do about it; may be empty
    boost::source_location where = {};
};

template <class T = void>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
    using tl::expected<T, Error>::expected;
};

/// Builds the failure that any Result<T> converts from.
[[nodiscard]] inline tl::unexpected<Error> fail(
    Errc code, std::string message, std::string hint = {},
    boost::source_location where = BOOST_CURRENT_LOCATION
) {
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(hint), where});
}

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

}  // namespace rookery

#define ROOKERY_CONCAT_(a, b) a##b
#define ROOKERY_CONCAT(a, b) ROOKERY_CONCAT_(a, b)
#define ROOKERY_TRY_(temporary, lhs, ...)                                 \
    auto temporary = (__VA_ARGS__);                                       \
    if (!temporary) return ::rookery::fail(std::move(temporary).error()); \
    lhs = std::move(*temporary)

/// ROOKERY_TRY(auto x, f()): x is the value of f(), or the enclosing function returns its error.
#define ROOKERY_TRY(lhs, ...) \
    ROOKERY_TRY_(ROOKERY_CONCAT(rookery_try_, __COUNTER__), lhs, __VA_ARGS__)

/// ROOKERY_CHECK(f()): for Result<void>.
#define ROOKERY_CHECK(...)                                              \
    do {                                                                \
        if (auto rookery_checked = (__VA_ARGS__); !rookery_checked)     \
            return ::rookery::fail(std::move(rookery_checked).error()); \
    } while (false)
