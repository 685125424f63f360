// A blocking HTTPS client that says exactly the bytes it is told, for tests.
#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace rookery::test {

struct Answer {
    int status = 0;
    std::string head;  // with the status line
    std::string body;

    [[nodiscard]] bool has(std::string_view text) const {
        return head.find(text) != std::string::npos;
    }
};

class TlsClient {
 public:
    enum class Handshake { yes, no };

    TlsClient(
        std::uint16_t port, const std::filesystem::path& authority,
        Handshake handshake = Handshake::yes, int version_max = TLS1_3_VERSION
    ) {
        context_.load_verify_file(authority.string());
        context_.set_verify_mode(boost::asio::ssl::verify_peer);
        SSL_CTX_set_max_proto_version(context_.native_handle(), version_max);
        stream_.emplace(io_, context_);
        auto& socket = stream_->next_layer();
        socket.connect({boost::asio::ip::address_v4::loopback(), port});
        // No test may hang for good: a read that takes this long is an error.
        const timeval patience{20, 0};
        ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        stream_->set_verify_callback(boost::asio::ssl::host_name_verification{"127.0.0.1"});
        if (handshake == Handshake::yes) {
            stream_->handshake(boost::asio::ssl::stream_base::client, failed_);
        }
    }

    /// The handshake succeeded.
    [[nodiscard]] bool connected() const { return !failed_; }

    void send(std::string_view bytes) {
        boost::asio::write(*stream_, boost::asio::buffer(bytes), failed_);
    }

    void send_raw(std::string_view bytes) {
        boost::asio::write(stream_->next_layer(), boost::asio::buffer(bytes), failed_);
    }

    /// The next answer, or nothing when the connection ends before it is complete.
    [[nodiscard]] std::optional<Answer> read() {
        Answer answer;
        auto end = std::string::npos;
        while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
            if (!receive()) return std::nullopt;
        }
        answer.head = received_.substr(0, end + 2);
        received_.erase(0, end + 4);
        answer.status = std::stoi(answer.head.substr(9, 3));
        const auto at = answer.head.find("Content-Length: ");
        const auto size = at == std::string::npos ? 0 : std::stoul(answer.head.substr(at + 16));
        while (!head_only_ && received_.size() < size) {
            if (!receive()) return std::nullopt;
        }
        answer.body = received_.substr(0, head_only_ ? 0 : size);
        received_.erase(0, answer.body.size());
        return answer;
    }

    [[nodiscard]] std::optional<Answer> ask(std::string_view request) {
        send(request);
        return read();
    }

    /// Answers to HEAD have a length and no body.
    void expect_heads() { head_only_ = true; }

    /// True when the server ends the connection without another byte.
    [[nodiscard]] bool closed_by_server() {
        return received_.empty() && !receive() && failed_ != boost::asio::error::would_block &&
               failed_ != boost::asio::error::try_again;
    }

    /// The same without TLS, for connections that never got that far.
    [[nodiscard]] bool raw_closed_by_server() {
        std::array<char, 256> bytes{};
        while (true) {
            boost::system::error_code ec;
            stream_->next_layer().read_some(boost::asio::buffer(bytes), ec);
            if (!ec) continue;
            return ec != boost::asio::error::would_block && ec != boost::asio::error::try_again;
        }
    }

    void close() { stream_->next_layer().close(); }

 private:
    bool receive() {
        std::array<char, 16384> bytes{};
        const auto size = stream_->read_some(boost::asio::buffer(bytes), failed_);
        received_.append(bytes.data(), size);
        return !failed_;
    }

    boost::asio::io_context io_;
    boost::asio::ssl::context context_{boost::asio::ssl::context::tls_client};
    std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket>> stream_;
    boost::system::error_code failed_;
    std::string received_;
    bool head_only_ = false;
};

}  // namespace rookery::test
