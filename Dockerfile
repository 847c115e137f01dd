# The course in an image: docker build -t transfer-learning . && docker run -p 8888:8888 transfer-learning
# Binder builds it too, and so does a hub that starts containers. A devcontainer takes its first half.
FROM python:3.13-slim-trixie AS system
COPY .devcontainer/build.sh /tmp/
RUN sh /tmp/build.sh system

FROM system
ARG NB_USER=student NB_UID=1000
RUN useradd --create-home --uid $NB_UID $NB_USER
COPY . /srv/course
WORKDIR /srv/course
RUN sh .devcontainer/build.sh course
USER $NB_USER
WORKDIR /home/$NB_USER
ENV PATH=/srv/course/.venv/bin:$PATH JUPYTER_CONFIG_PATH=/srv/course/hub
RUN python -I -m course.own_folder
EXPOSE 8888
CMD ["python", "-I", "-m", "jupyterlab", "--ip=0.0.0.0"]
