#include "odata/request/parameters.hpp"

#include "odata/request/utf8.hpp"

#include <algorithm>
#include <vector>

namespace rookery::odata {
namespace {

tl::unexpected<Error> bad_parameter_syntax() {
    return fail(Errc::malformed, "Bad Request - Error in query syntax.");
}

Result<> set_value(
    const Function& function, std::string_view name, const Token& value, const SetParameter& set
) {
    if (value.is("null") || set(name, value)) return {};
    return wrong_parameter(function, name);
}

Result<> set_alias(
    const Function& function, std::string_view name, std::string_view alias,
    const QueryOptions& options, const SetParameter& set
) {
    const auto* text = options.alias(alias);
    if (text == nullptr || text->empty()) return {};
    ROOKERY_TRY(const auto tokens, tokenize(*text));
    if (tokens.size() != 2) return wrong_parameter(function, name);
    return set_value(function, name, tokens.front(), set);
}

}  // namespace

tl::unexpected<Error> wrong_parameter(const Function& function, std::string_view name) {
    return fail(
        Errc::malformed,
        "The parameter '" + std::string{showable(name)} + "' of " + std::string{function.name} +
            " is unknown, repeated, not valid or in conflict with another."
    );
}

Result<> read_parameters(
    const Function& function, std::optional<std::string_view> arguments,
    const QueryOptions& options, const SetParameter& set
) {
    if (!arguments) {
        for (const auto& given : options.aliases) {
            const auto found = std::ranges::find(
                function.parameters, std::string_view{given.first}, &Parameter::alias
            );
            if (found == function.parameters.end()) return wrong_parameter(function, given.first);
            ROOKERY_CHECK(set_alias(function, found->name, found->alias, options, set));
        }
        return {};
    }
    ROOKERY_TRY(const auto tokens, tokenize(*arguments));
    if (tokens.front().kind == TokenKind::end) return {};
    std::vector<std::string_view> seen;
    for (std::size_t i = 0;; i += 4) {
        if (tokens.size() - i < 4 || tokens[i].kind != TokenKind::word ||
            tokens[i + 1].kind != TokenKind::equals) {
            return bad_parameter_syntax();
        }
        const auto name = tokens[i].raw;
        const auto found = std::ranges::find(function.parameters, name, &Parameter::name);
        const bool repeated = std::ranges::find(seen, name) != seen.end();
        if (found == function.parameters.end() || repeated) return wrong_parameter(function, name);
        seen.push_back(name);
        const auto& value = tokens[i + 2];
        if (value.kind == TokenKind::alias) {
            ROOKERY_CHECK(set_alias(function, name, value.raw, options, set));
        } else {
            ROOKERY_CHECK(set_value(function, name, value, set));
        }
        if (tokens[i + 3].kind == TokenKind::end) return {};
        if (tokens[i + 3].kind != TokenKind::comma) return bad_parameter_syntax();
    }
}

}  // namespace rookery::odata
